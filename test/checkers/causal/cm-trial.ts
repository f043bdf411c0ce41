/** Verdicts for CM, PRAM, sequential consistency and session guarantees on random small histories beside definitions. */

import { expect } from 'vitest';
import { accessesOf, type Accesses } from '../../../checkers/causal/accesses.ts';
import { checkCC } from '../../../checkers/causal/cc.ts';
import { checkCCv } from '../../../checkers/causal/ccv.ts';
import { causality, type Causality } from '../../../checkers/causal/causality.ts';
import { checkCM } from '../../../checkers/causal/cm.ts';
import { conflicts, type Conflicts } from '../../../checkers/causal/conflicts.ts';
import type { ModelVerdict } from '../../../checkers/causal/patterns.ts';
import { checkPRAM } from '../../../checkers/causal/pram.ts';
import { relate } from '../../../checkers/causal/relate.ts';
import { checkSequential } from '../../../checkers/causal/sequential.ts';
import { replaySequential } from '../../../checkers/causal/sequential-replay.ts';
import { sequentialSearch } from '../../../checkers/causal/sequential-search.ts';
import { checkSessions } from '../../../checkers/causal/sessions.ts';
import { triples } from '../../../checkers/causal/triples.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../../src/history/columns.ts';
import type { History } from '../../../src/history/operation.ts';
import { formatOperation } from '../../../src/history/writer.ts';
import { definitions } from './cm-definitions.ts';
import { historyOfSeed } from './cm-histories.ts';
import { isGraded, isStrictly } from './sessions-definitions.ts';

export interface Analysed {
  readonly accesses: Accesses;
  readonly causal: Causality;
  readonly found: Conflicts;
}

export function analysed(columns: HistoryColumns): Analysed {
  const accesses = accessesOf(columns);
  if ('kind' in accesses) throw new Error(accesses.objection);
  const causal = causality(relate(accesses));
  return { accesses, causal, found: conflicts(causal) };
}

export const unlimited = { deadline: Infinity, bytesMax: Infinity, now: () => 0 };

/** How many verdicts there were of each kind, by what they were compared with. */
export type Tally = Record<string, number>;

/** Runs `judge` on the histories of seeds. Throws for the first on which it does, with the history. */
function onSeeds(
  count: number,
  judge: (history: History, tally: Tally) => void,
  historyOf: (seed: number) => History = historyOfSeed,
): Tally {
  const tally: Tally = {};
  for (let seed = 0; seed < count; seed++) {
    const history = historyOf(seed);
    try {
      judge(history, tally);
    } catch (thrown) {
      throw new Error(`seed ${seed}\n${history.map(formatOperation).join('')}`, { cause: thrown });
    }
  }
  return tally;
}

function add(tally: Tally, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

/** `byDefinition` null: the definition does not say. */
function agree(of: Analysed, { model, valid, violations }: ModelVerdict, byDefinition: boolean | null): void {
  if (valid === 'unknown') expect(of.causal.relations.ambiguity !== null || byDefinition === null).toBe(true);
  else if (byDefinition !== null) expect(`${model} ${valid}`).toBe(`${model} ${byDefinition}`);
  for (const { core, arrows } of violations) {
    expect(core.length).toBeLessThanOrEqual(4);
    expect(core.every((row) => row >= 0 && row < of.accesses.columns.count)).toBe(true);
    expect(arrows.every(({ from, to }) => from !== to)).toBe(true);
  }
}

export function judgeViews(model: 'CM' | 'PRAM', count: number, historyOf = historyOfSeed): Tally {
  const judge = (history: History, tally: Tally): void => {
    const of = analysed(columnsOf(history));
    const verdict = model === 'CM' ? checkCM(of.causal, of.found) : checkPRAM(of.causal);
    agree(of, verdict, definitions[model](history));
    add(tally, `${verdict.valid}`);
    if (verdict.valid !== false) return;
    const onlyViews = model === 'PRAM' || checkCC(of.causal, of.found).valid === true;
    if (onlyViews) add(tally, verdict.violations[0]?.pattern ?? 'nothing');
  };
  return onSeeds(count, judge, historyOf);
}

export function judgeSequential(count: number): Tally {
  return onSeeds(count, (history, tally) => {
    const of = analysed(columnsOf(history));
    const { accesses, causal, found } = of;
    const { relations } = causal;
    const byDefinition = definitions.sequential(history);
    const verdict = checkSequential(accesses, causal, found, unlimited);
    agree(of, verdict, byDefinition);
    add(tally, `${verdict.valid}`);
    if (verdict.valid === false) add(tally, verdict.method);
    if (verdict.valid === true) expect(replaySequential(accesses, verdict.witness ?? [])).toBe(null);
    // The search alone, without what weaker models and necessary orders tell it.
    if (relations.ambiguity !== null || relations.thinAir.length + relations.aborted.length > 0 || causal.cyclic)
      return;
    const search = sequentialSearch(relations, causal.topological.rank, triples());
    const answer = search.advance(() => false);
    expect(answer === 'found').toBe(byDefinition);
    const order = search.longest().map((node) => relations.row[node] as number);
    if (answer === 'found') expect(replaySequential(accesses, order)).toBe(null);
    add(tally, `search ${answer}${search.failed() > 0 ? ' after failures' : ''}`);
  });
}

export function judgeSessions(count: number, historyOf = historyOfSeed): Tally {
  const judge = (history: History, tally: Tally): void => {
    const of = analysed(columnsOf(history));
    const cc = checkCC(of.causal, of.found).valid;
    const ccv = checkCCv(of.causal, of.found).valid;
    for (const verdict of checkSessions(of.causal)) {
      const { model, mode, valid, violations } = verdict;
      agree(of, verdict, mode === 'strict' ? isStrictly(model, history) : isGraded(model, history));
      add(tally, `${model} ${mode} ${valid}`);
      if ((mode === 'graded' ? cc : ccv) === true) expect(valid).toBe(true);
      for (const { arrows, core, pattern } of violations) {
        // The path from w2 to r, without a gap.
        const [w2, r] = core.slice(-2);
        expect(arrows[0]?.from).toBe(w2);
        const length = { RYW: 1, MR: 2, MW: 3, WFR: 4 }[model];
        arrows.slice(1, length).forEach(({ from }, i) => expect(from).toBe(arrows[i]?.to));
        expect(arrows[length - 1]?.to).toBe(r);
        if (core.length === 3 && mode === 'strict') add(tally, `${pattern} cycle`);
      }
    }
  };
  return onSeeds(count, judge, historyOf);
}
