/**
 * Which models of consistency a history satisfies, and the evidence against those that it does not. Nothing is decided
 * twice: what follows from a model that holds is not looked at, nor is what a failure refutes already.
 */

import type { HistoryColumns } from '../../src/history/columns.ts';
import { canonical } from '../../src/history/json.ts';
import type { History, Json } from '../../src/history/operation.ts';
import { accessesOf } from '../causal/accesses.ts';
import { causality, clockBytesMax } from '../causal/causality.ts';
import { checkCC } from '../causal/cc.ts';
import { checkCCv } from '../causal/ccv.ts';
import { checkCM } from '../causal/cm.ts';
import { conflicts } from '../causal/conflicts.ts';
import type { ModelVerdict } from '../causal/patterns.ts';
import type { Relations } from '../causal/relations.ts';
import { checkPRAM } from '../causal/pram.ts';
import { relate } from '../causal/relate.ts';
import { checkSequential } from '../causal/sequential.ts';
import { checkSessions, type SessionVerdict } from '../causal/sessions.ts';
import { convergence, type ConvergenceVerdict } from '../eventual/convergence.ts';
import { strongEventual, toldBy, type StrongEventualVerdict } from '../eventual/strong-eventual.ts';
import { explain, type Explanation } from '../explanation/explain.ts';
import { checkLinearizable } from '../linearizable/linearizable.ts';
import type { LinearizableVerdict } from '../linearizable/verdict.ts';
import { kv } from '../models/kv.ts';
import type { Model } from '../models/model.ts';
import { anyRegisters } from '../models/multi-register.ts';
import { withInit } from '../models/with-init.ts';
import { transactionModels } from '../transactions/anomalies.ts';
import { isTransaction } from '../transactions/transaction-columns.ts';
import { transactionAnalysis } from '../transactions/transactions.ts';
import type { Checker, Valid, Verdict } from '../verdict.ts';
import { implied, latticeFor, type SpectrumEntry, type SpectrumModel } from './lattice.ts';

/** How a model came out. */
export interface SpectrumResult {
  readonly model: SpectrumModel;
  /** As a person knows it, and what it promises. */
  readonly title: string;
  readonly promise: string;
  readonly valid: Valid;
  /** Why, in one sentence, unless it holds. */
  readonly reason?: string;
  /** It was not looked at: it follows from this model, which holds, or from this one's failure. */
  readonly follows?: SpectrumModel;
  /** Its title, where it was not asked for. */
  readonly followsTitle?: string;
  /** The first causes of a failure of a causal or weaker model. */
  readonly explanations?: readonly Explanation[];
  /** What the checker found, for linearizability, convergence and strong eventual consistency. */
  readonly evidence?: LinearizableVerdict | ConvergenceVerdict | StrongEventualVerdict;
}

export interface SpectrumVerdict extends Verdict {
  /** Whether operations are transactions or single reads and writes: which models there are. */
  readonly of: 'operations' | 'transactions';
  /** Strongest first. */
  readonly models: readonly SpectrumResult[];
  /** Models that hold and follow from no other that does. */
  readonly strongest: readonly SpectrumModel[];
  /** The model that had to hold, which the answer is about; null where it was a question and no promise. */
  readonly promised: SpectrumModel | null;
}

export interface SpectrumOptions {
  /** What every key holds at first; null is absent. */
  readonly init?: Json;
  /** What operations are of, for linearizability: by default a key-value store, for transactions registers. */
  readonly model?: Model<unknown>;
  /** With the nodes that answered: convergence is a matter of nodes. */
  readonly history?: History;
  readonly timeBudgetMs?: number;
  readonly memoryBudgetBytes?: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
  /** Whether failures are explained; true by default. */
  readonly explains?: boolean;
  /**
   * Only these, and what it takes to decide them. By default all; strong eventual consistency where reads tell what nodes
   * had seen.
   */
  readonly only?: readonly SpectrumModel[];
}

/** The models of a history, strongest first. */
export function latticeOf(columns: HistoryColumns): {
  readonly of: SpectrumVerdict['of'];
  readonly entries: readonly SpectrumEntry[];
} {
  const of = columns.names.some(isTransaction) ? 'transactions' : 'operations';
  return { of, entries: latticeFor(of) };
}

/** The models that make sense of a history where nobody asked for some. */
function askedOf({ values }: HistoryColumns, entries: readonly SpectrumEntry[]): readonly SpectrumModel[] {
  const models = entries.map(({ model }) => model);
  return values.some((value) => toldBy(value) !== null)
    ? models
    : models.filter((model) => model !== 'strong-eventual');
}

export function checkSpectrum(columns: HistoryColumns, options: SpectrumOptions = {}): SpectrumVerdict {
  const { of, entries } = latticeOf(columns);
  const results = new Map<SpectrumModel, Placed>();
  const asked = new Set<SpectrumModel>(options.only ?? askedOf(columns, entries));
  const board: Board = {
    isOpen: (model) => asked.has(model) && !results.has(model),
    get: (model) => results.get(model)?.valid,
    set(model, verdict, more = {}) {
      const { valid, reason } = verdict;
      results.set(model, { model, valid, ...(reason === undefined ? {} : { reason }), ...more });
      if (valid === true) follow(model, implied(entries, model));
      if (valid === false) {
        const stronger = entries.filter((one) => implied(entries, one.model).has(model)).map((one) => one.model);
        refute(model, stronger, reason ?? '');
      }
    },
  };
  if (of === 'transactions') placeTransactions(columns, options, board);
  else placeOperations(columns, options, board);
  const models = entries.flatMap(({ model, title, promise }): readonly SpectrumResult[] => {
    const result = asked.has(model) ? results.get(model) : undefined;
    return result === undefined ? [] : [{ ...result, ...borrowed(result), title, promise }];
  });
  const strongest = strongestOf(entries, models);
  return { valid: true, of, models, strongest, promised: null };

  /** What comes out as a model that nobody asked for says which, and what fails so is explained by why that fails. */
  function borrowed({ valid, follows }: Placed): Pick<SpectrumResult, 'explanations' | 'followsTitle'> {
    if (follows === undefined || asked.has(follows)) return {};
    const followsTitle = entries.find(({ model }) => model === follows)?.title ?? follows;
    const explanations = valid === false ? results.get(follows)?.explanations : undefined;
    return { followsTitle, ...(explanations === undefined ? {} : { explanations }) };
  }
  function follow(from: SpectrumModel, models: Iterable<SpectrumModel>): void {
    for (const model of models)
      if (results.get(model)?.valid !== true) results.set(model, { model, valid: true, follows: from });
  }
  function refute(from: SpectrumModel, models: readonly SpectrumModel[], reason: string): void {
    for (const model of models) {
      if (results.get(model)?.valid !== false) results.set(model, { model, valid: false, reason, follows: from });
    }
  }
}

type Placed = Omit<SpectrumResult, 'title' | 'promise'>;

/** Where verdicts are put down, and what follows from them. */
interface Board {
  /** Asked for, and not known yet. */
  isOpen(model: SpectrumModel): boolean;
  get(model: SpectrumModel): Valid | undefined;
  set(model: SpectrumModel, verdict: Verdict, evidence?: Pick<SpectrumResult, 'explanations' | 'evidence'>): void;
}

const defaults = { timeBudgetMs: 60_000, memoryBudgetBytes: 1_000_000_000 } as const;
/** The share of the time in which linearizability is looked at first: if it holds there is nothing else to do. */
const firstShare = 0.25;

function placeOperations(columns: HistoryColumns, options: SpectrumOptions, board: Board): void {
  const { init = null, now = () => performance.now(), history } = options;
  const { timeBudgetMs, memoryBudgetBytes } = { ...defaults, ...options };
  const deadline = now() + timeBudgetMs;
  const realTime = (share: number): LinearizableVerdict =>
    checkLinearizable(columns, options.model ?? withInit(kv, init), {
      evidence: options.explains ?? true,
      timeBudgetMs: Math.max(1, share * (deadline - now())),
      memoryBudgetBytes,
      now,
    });
  if (board.isOpen('convergence')) place('convergence', convergence({ same: stateIn }));
  if (board.isOpen('strong-eventual')) place('strong-eventual', strongEventual());
  let first: LinearizableVerdict | null = null;
  if (board.isOpen('linearizable')) {
    first = realTime(firstShare);
    if (first.valid !== 'unknown') board.set('linearizable', first, { evidence: first });
  }
  placeCausal(columns, options, { deadline, bytesMax: memoryBudgetBytes, now }, board);
  // What is weaker may have refuted it; else the rest of the time is for it.
  if (first?.valid === 'unknown' && board.isOpen('linearizable')) {
    const evidence = realTime(1);
    board.set('linearizable', evidence, { evidence });
  }

  /** What is a matter of nodes. */
  function place(model: SpectrumModel, { check }: Checker<ConvergenceVerdict> | Checker<StrongEventualVerdict>): void {
    if (history === undefined) board.set(model, nodesUnknown);
    else {
      const evidence = check(history);
      board.set(model, evidence, { evidence });
    }
  }
}

/** What counts as the same answer: of reads that tell what the node had seen, the state alone. */
const stateIn = (value: Json): string => canonical(toldBy(value)?.state ?? value);

const nodesUnknown: Verdict = {
  valid: 'unknown',
  reason: 'it is not known which node answered what, so answers in the end can’t be compared',
};

interface Budget {
  readonly deadline: number;
  readonly bytesMax: number;
  now(): number;
}

const causalFamily: readonly SpectrumModel[] = ['sequential', 'CCv', 'CM', 'CC', 'PRAM'];
const strict: readonly SpectrumModel[] = ['RYW', 'MR', 'MW', 'WFR'];
const graded: readonly SpectrumModel[] = ['RYW-graded', 'MR-graded', 'MW-graded', 'WFR-graded'];

function placeCausal(columns: HistoryColumns, options: SpectrumOptions, budget: Budget, board: Board): void {
  const isAnyOpen = (models: readonly SpectrumModel[]): boolean => models.some((model) => board.isOpen(model));
  if (!isAnyOpen([...causalFamily, ...strict, ...graded])) return;
  const accesses = accessesOf(columns, options.init ?? null);
  if ('kind' in accesses) {
    const reason = `operation ${columns.invoked[accesses.row] ?? '?'}: ${accesses.objection}`;
    for (const model of [...causalFamily, ...strict, ...graded]) {
      if (board.isOpen(model)) board.set(model, { valid: 'unknown', reason });
    }
    return;
  }
  const causal = causality(relate(accesses), Math.max(budget.bytesMax, clockBytesMax));
  const found = conflicts(causal);
  const place = (model: SpectrumModel, verdict: ModelVerdict): void => {
    board.set(model, verdict, explained(verdict, causal.relations, options));
  };
  const needsCausal = isAnyOpen([...causalFamily, ...graded]);
  if (needsCausal && board.get('CC') === undefined) place('CC', checkCC(causal, found));
  if (isAnyOpen(['CCv', 'sequential', ...strict])) placeIfOpen('CCv', () => checkCCv(causal, found));
  if (isAnyOpen(['CM', 'sequential', 'PRAM'])) placeIfOpen('CM', () => checkCM(causal, found));
  if (board.isOpen('PRAM')) place('PRAM', checkPRAM(causal));
  if (isAnyOpen([...strict, ...graded])) {
    for (const verdict of checkSessions(causal, (model, mode) => board.isOpen(nameOf({ model, mode })))) {
      place(nameOf(verdict), verdict);
    }
  }
  // Were CCv or CM violated, it would be refuted by now; and CM implies PRAM.
  if (board.isOpen('sequential')) place('sequential', checkSequential(accesses, causal, found, budget, []));

  /** What others are decided by is decided even if nobody asked for it. */
  function placeIfOpen(model: SpectrumModel, check: () => ModelVerdict): void {
    if (board.get(model) === undefined) place(model, check());
  }
}

/** How long the explanations of one model may take. */
const explainedMsMax = 3000;
const explainedShare = 0.1;

const nameOf = ({ model, mode }: Pick<SessionVerdict, 'model' | 'mode'>): SpectrumModel =>
  mode === 'strict' ? model : `${model}-graded`;

/** The explanations of a verdict that is false. */
function explained(
  verdict: ModelVerdict,
  relations: Relations,
  { init = null, explains = true, timeBudgetMs = defaults.timeBudgetMs, now }: SpectrumOptions,
): Pick<SpectrumResult, 'explanations'> {
  if (!explains || verdict.valid !== false) return {};
  const budget = Math.min(explainedMsMax, explainedShare * timeBudgetMs);
  return {
    explanations: explain(verdict, relations, { init, timeBudgetMs: budget, ...(now === undefined ? {} : { now }) }),
  };
}

function placeTransactions(columns: HistoryColumns, options: SpectrumOptions, board: Board): void {
  const { init = null, now = () => performance.now() } = options;
  const { timeBudgetMs, memoryBudgetBytes } = { ...defaults, ...options };
  const deadline = now() + timeBudgetMs;
  const { relations, verdictOf } = transactionAnalysis(columns, init);
  // The weakest first: what violates it violates the others.
  for (const of of transactionModels) {
    const model = of.model === 'causal' ? 'TCC' : of.model;
    if (board.get(model) !== undefined) continue;
    const verdict = verdictOf(of);
    board.set(model, verdict, relations === null ? {} : explained(verdict, relations, options));
  }
  if (!board.isOpen('linearizable')) return;
  const model = options.model ?? anyRegisters;
  const budget = { timeBudgetMs: Math.max(1, deadline - now()), memoryBudgetBytes, now };
  const evidence = checkLinearizable(columns, model, budget);
  board.set('linearizable', evidence, { evidence });
}

/** What holds and follows from nothing else that does. Convergence stands beside the others. */
function strongestOf(entries: readonly SpectrumEntry[], models: readonly SpectrumResult[]): readonly SpectrumModel[] {
  const holding = models.filter(({ valid }) => valid === true).map(({ model }) => model);
  return holding.filter((model) => !holding.some((other) => implied(entries, other).has(model)));
}
