/** The linearizability checker: splits a history into independent parts and searches an order for each. */

import { pairs } from '../../src/history/pairs.ts';
import type { History } from '../../src/history/operation.ts';
import { complete, type CompleteModel, type Model } from '../models/model.ts';
import type { Checker, Verdict } from '../verdict.ts';
import { decision, type Decision, type Shortfall } from './first/decision.ts';
import { failure } from './first/failure.ts';
import { split, type Part } from './first/part.ts';
import type { Failure, LinearizableVerdict } from './verdict.ts';

export interface LinearizableOptions {
  /** How long all parts together may take. What is not decided by then is unknown. */
  readonly budgetMs: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
  /** How many configurations, of about 300 bytes, may be in memory; the largest part gives up first. */
  readonly configurationsMax?: number;
}

const method = 'wing-gong-lowe';
/** Parts take turns, so that a hard one does not keep a violation in another from being found. */
const firstTurnMs = 20;
const defaultConfigurationsMax = 1_000_000;

type Undecided = LinearizableVerdict['undecided'][number];

/**
 * Checks that the clients' operations could have happened one at a time, each at some instant between its invocation
 * and its completion, as `model` says (Herlihy & Wing 1990). A part is decided on its own: linearizability is local.
 */
export function linearizable<State>(model: Model<State>, options: LinearizableOptions): Checker<LinearizableVerdict> {
  return { name: 'linearizable', check: (history) => check(complete(model), history, options) };
}

function check<State>(
  model: CompleteModel<State>,
  history: History,
  options: LinearizableOptions,
): LinearizableVerdict {
  const about = { model: model.name, method };
  const divided = split(model, pairs(history));
  if (divided.kind === 'objection') {
    const reason = `operation ${divided.index} can't be checked: ${divided.objection}`;
    const parts = { valid: 0, invalid: 0, unknown: 0 };
    return { valid: 'unknown', reason, ...about, operations: 0, parts, failures: [], undecided: [] };
  }
  const { parts, operations } = divided;
  const { failures, undecided } = decide(model, parts, options);
  return {
    ...conclusion(failures, undecided),
    ...about,
    operations,
    parts: {
      valid: parts.length - failures.length - undecided.length,
      invalid: failures.length,
      unknown: undecided.length,
    },
    failures,
    undecided,
  };
}

interface Decided {
  /** In the order of the completions at which they fail. */
  readonly failures: readonly Failure[];
  readonly undecided: readonly Undecided[];
}

function decide<State>(model: CompleteModel<State>, parts: readonly Part[], options: LinearizableOptions): Decided {
  const { budgetMs, now = () => performance.now(), configurationsMax = defaultConfigurationsMax } = options;
  const deadline = now() + budgetMs;
  const failures: Failure[] = [];
  const undecided: Undecided[] = [];
  const waiting = new Set(parts.map((part) => decision(model, part)));
  const fails = ({ part }: Decision<State>, shortfall: Shortfall<State>): void => {
    failures.push(failure(model, part, shortfall));
  };
  const giveUp = (open: Decision<State>, what: string): void => {
    waiting.delete(open);
    const known = open.known();
    if (known !== null) {
      fails(open, known);
      return;
    }
    const { key, returns } = open.part;
    const explained = open.explained();
    const reason = `${what} after ${explained} of ${returns.length} completions`;
    undecided.push({ key, reason, reached: returns[explained - 1]?.operation.completed ?? -1 });
  };

  for (let turnMs = firstTurnMs; waiting.size > 0 && now() < deadline; turnMs *= 2) {
    for (const open of waiting) {
      const heldByOthers = sizeOf(waiting) - open.size();
      const until = Math.min(deadline, now() + turnMs);
      const isFull = (): boolean => heldByOthers + open.size() > configurationsMax;
      const answer = open.advance(() => isFull() || now() >= until);
      if (answer.kind === 'stopped') {
        const full = `${configurationsMax} configurations (memory budget) were used up`;
        if (isFull()) giveUp(largest(waiting, open), full);
        continue;
      }
      waiting.delete(open);
      if (answer.kind === 'invalid') fails(open, answer);
    }
  }
  for (const open of waiting) giveUp(open, `the time budget of ${budgetMs / 1000} s was used up`);
  return { failures: failures.sort((a, b) => a.completion - b.completion), undecided };
}

function sizeOf<State>(decisions: Iterable<Decision<State>>): number {
  let sum = 0;
  for (const open of decisions) sum += open.size();
  return sum;
}

function largest<State>(decisions: Iterable<Decision<State>>, first: Decision<State>): Decision<State> {
  let result = first;
  for (const open of decisions) if (open.size() > result.size()) result = open;
  return result;
}

function conclusion(failures: readonly Failure[], undecided: readonly Undecided[]): Pick<Verdict, 'valid' | 'reason'> {
  const [failed] = failures;
  if (failed !== undefined) {
    const others = failures.length - 1;
    const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'key fails' : 'keys fail'})`;
    return { valid: false, reason: `not linearizable: ${failed.explanation}${more}` };
  }
  const [open] = undecided;
  if (open === undefined) return { valid: true };
  const where = open.key === null ? '' : ` for key ${open.key}`;
  const others = undecided.length - 1;
  const more = others === 0 ? '' : ` (and for ${others} more)`;
  return { valid: 'unknown', reason: `linearizability is not decided${where}${more}: ${open.reason}` };
}
