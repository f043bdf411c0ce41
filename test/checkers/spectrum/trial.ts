/** The spectrum of random small histories beside every checker by itself, and beside the lattice. */

import { expect } from 'vitest';
import { checkCC } from '../../../checkers/causal/cc.ts';
import { checkCCv } from '../../../checkers/causal/ccv.ts';
import { checkCM } from '../../../checkers/causal/cm.ts';
import { checkPRAM } from '../../../checkers/causal/pram.ts';
import { checkSequential } from '../../../checkers/causal/sequential.ts';
import { checkSessions } from '../../../checkers/causal/sessions.ts';
import { checkLinearizable } from '../../../checkers/linearizable/linearizable.ts';
import { kv } from '../../../checkers/models/kv.ts';
import { implied, lattice } from '../../../checkers/spectrum/lattice.ts';
import { checkSpectrum } from '../../../checkers/spectrum/spectrum.ts';
import type { Valid } from '../../../checkers/verdict.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { History } from '../../../src/history/operation.ts';
import { historyOfSeed } from '../causal/cm-histories.ts';
import { analysed, unlimited } from '../causal/cm-trial.ts';

/** Every model of single operations, each decided by itself. */
function independently(history: History): Record<string, Valid> {
  const columns = columnsOf(history);
  const { accesses, causal, found } = analysed(columns);
  return {
    linearizable: checkLinearizable(columns, kv, { evidence: false }).valid,
    sequential: checkSequential(accesses, causal, found, unlimited).valid,
    CCv: checkCCv(causal, found).valid,
    CM: checkCM(causal, found).valid,
    CC: checkCC(causal, found).valid,
    PRAM: checkPRAM(causal).valid,
    ...Object.fromEntries(
      checkSessions(causal).map(({ model, mode, valid }) => [mode === 'strict' ? model : `${model}-graded`, valid]),
    ),
  };
}

export interface LatticeTally {
  /** By model, of how many histories it holds and not. */
  readonly verdicts: Readonly<Record<string, { holds: number; fails: number }>>;
  /** `A B`: on some history A holds and B does not. */
  readonly apart: ReadonlySet<string>;
}

/** Throws for the first history on which the spectrum says something else than a checker alone, or the lattice is wrong. */
export function judgeLattice(histories: number): LatticeTally {
  const verdicts: Record<string, { holds: number; fails: number }> = {};
  const apart = new Set<string>();
  for (let seed = 0; seed < histories; seed++) {
    const history = historyOfSeed(seed);
    const alone = independently(history);
    const { models } = checkSpectrum(columnsOf(history), { history, explains: false });
    for (const { model, valid } of models) {
      if (model === 'convergence') continue;
      const own = alone[model];
      // What is undecided by itself may follow from something that is decided.
      if (own !== 'unknown') expect([seed, model, valid]).toEqual([seed, model, own]);
      const counts = (verdicts[model] ??= { holds: 0, fails: 0 });
      if (valid === true) counts.holds++;
      if (valid === false) counts.fails++;
    }
    for (const a of lattice) {
      if (alone[a.model] !== true) continue;
      for (const b of lattice) if (alone[b.model] === false) apart.add(`${a.model} ${b.model}`);
      for (const b of implied(lattice, a.model)) expect([seed, a.model, b, alone[b]]).not.toContain(false);
    }
  }
  return { verdicts, apart };
}
