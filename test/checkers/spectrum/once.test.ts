import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import type * as Ccv from '../../../checkers/causal/ccv.ts';
import type * as Cm from '../../../checkers/causal/cm.ts';
import type * as Pram from '../../../checkers/causal/pram.ts';
import type * as Graded from '../../../checkers/causal/sessions-graded.ts';
import type * as Strict from '../../../checkers/causal/sessions-strict.ts';
import type * as Premises from '../../../checkers/transactions/premises.ts';
import type * as Spectrum from '../../../checkers/spectrum/spectrum.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { History } from '../../../src/history/operation.ts';
import { columnsOfSessions, figure2, r, w } from '../causal/cc-build.ts';

/** What was decided, one by one. */
const decided: string[] = vi.hoisted(() => []);

// What one checker asks of another goes through these, too.
vi.mock('../../../checkers/causal/ccv.ts', async (original) => {
  const real = await original<typeof Ccv>();
  return {
    ...real,
    checkCCv: noting('CCv', real.checkCCv),
    ccvCauses: noting('CCv', real.ccvCauses),
  };
});
vi.mock('../../../checkers/causal/cm.ts', async (original) => {
  const real = await original<typeof Cm>();
  return { ...real, checkCM: noting('CM', real.checkCM), cmCauses: noting('CM', real.cmCauses) };
});
vi.mock('../../../checkers/causal/pram.ts', async (original) => {
  const real = await original<typeof Pram>();
  return { ...real, checkPRAM: noting('PRAM', real.checkPRAM), pramCauses: noting('PRAM', real.pramCauses) };
});
vi.mock('../../../checkers/causal/sessions-strict.ts', async (original) => {
  const real = await original<typeof Strict>();
  return { ...real, strictViolations: noting('strict', real.strictViolations) };
});
vi.mock('../../../checkers/causal/sessions-graded.ts', async (original) => {
  const real = await original<typeof Graded>();
  return { ...real, gradedViolations: noting('graded', real.gradedViolations) };
});
vi.mock('../../../checkers/transactions/premises.ts', async (original) => {
  const real = await original<typeof Premises>();
  return {
    ...real,
    readCommittedConflicts: noting('read committed', real.readCommittedConflicts),
    readAtomicConflicts: noting('read atomic', real.readAtomicConflicts),
  };
});

function noting<Args extends unknown[], Result>(name: string, of: (...args: Args) => Result) {
  return (...args: Args): Result => {
    decided.push(name);
    return of(...args);
  };
}

// Other tests in this process may have loaded the real ones.
beforeEach(() => {
  vi.resetModules();
  decided.length = 0;
});
afterAll(() => vi.resetModules());

const placed = async (columns: Parameters<typeof Spectrum.checkSpectrum>[0]): Promise<readonly string[]> => {
  const { checkSpectrum } = await import('../../../checkers/spectrum/spectrum.ts');
  checkSpectrum(columns, { explains: false });
  return decided.toSorted();
};

it('sequential consistency does not look again at what CCv and CM were decided by', async () => {
  expect(await placed(columnsOfSessions(...figure2.d))).toEqual(['CCv', 'CM']);
});

it('of the session guarantees only those that follow from nothing are looked at', async () => {
  // CC holds, and so do the graded ones; CCv does not, nor CM.
  expect(await placed(columnsOfSessions(...figure2.c))).toEqual([
    'CCv',
    'CM',
    'PRAM',
    'strict',
    'strict',
    'strict',
    'strict',
  ]);
});

it('where CC fails, nothing that implies it is looked at', async () => {
  const found = await placed(columnsOfSessions([w('x', 1), w('x', 2)], [r('x', 2), r('x', 1)]));
  expect(found.filter((name) => name === 'CCv' || name === 'CM')).toEqual([]);
});

it('of transactions, none is looked at that fails with a weaker one', async () => {
  const history: History = [
    { index: 0, process: 0, type: 'invoke', f: 'txn', value: [['r', 'x', null]], time: 0 },
    { index: 1, process: 0, type: 'ok', f: 'txn', value: [['r', 'x', 7]], time: 1 },
  ];
  expect(await placed(columnsOf(history))).toEqual(['read committed']);
});
