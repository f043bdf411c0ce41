import { describe, expect, it } from 'vitest';
import { checkTransactions } from '../../../checkers/transactions/transactions.ts';
import { implied, transactionLattice, type SpectrumModel } from '../../../checkers/spectrum/lattice.ts';
import { checkSpectrum, type SpectrumResult } from '../../../checkers/spectrum/spectrum.ts';
import type { Valid } from '../../../checkers/verdict.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { History, Json, Operation } from '../../../src/history/operation.ts';
import { columnsOfSessions, figure2, r, w } from '../causal/cc-build.ts';
import { random } from '../../../src/random.ts';
import { randomTransactions } from '../transactions/trial.ts';
import { judgeLattice } from './trial.ts';

const answers = (models: readonly SpectrumResult[]): Record<string, Valid> =>
  Object.fromEntries(models.map(({ model, valid }) => [model, valid]));

describe('the lattice', () => {
  it('is contradicted by no random history, and the spectrum says what each checker says alone', () => {
    const { verdicts, apart } = judgeLattice(2000);
    for (const [model, { holds, fails }] of Object.entries(verdicts)) {
      expect([model, holds]).toEqual([model, expect.toSatisfy((n: number) => n > 200)]);
      expect([model, fails]).toEqual([model, expect.toSatisfy((n: number) => n > 0)]);
    }
    // The arrows that one might expect and that are none.
    for (const pair of ['CM CCv', 'CC CM', 'CC CCv', 'CC PRAM', 'PRAM CC', 'RYW-graded PRAM', 'CM RYW']) {
      expect([...apart]).toContain(pair);
    }
  });

  it('has all implications that are found in so many histories, but for those with a counterexample of their own', () => {
    // CC and causal memory let sessions order concurrent writes as they like, so the strict guarantees do not follow.
    const disagree = columnsOfSessions(
      [w('x', 1)],
      [w('x', 2)],
      [r('x', 1), w('a', 1)],
      [r('x', 2), w('b', 1)],
      [r('a', 1), r('x', 2)],
      [r('b', 1), r('x', 1)],
    );
    const { models } = checkSpectrum(disagree);
    expect(answers(models)).toMatchObject({ CC: true, CM: true, WFR: false, 'WFR-graded': true });
  });

  it('of transactions is contradicted by no random history either', () => {
    let refuted = 0;
    for (let seed = 0; seed < 1500; seed++) {
      const history = randomTransactions(random(seed, 'spectrum'));
      const columns = columnsOf(history);
      const alone = Object.fromEntries(
        checkTransactions(columns).map(({ model, valid }) => [model === 'causal' ? 'TCC' : model, valid]),
      );
      const { of, models } = checkSpectrum(columns, { explains: false });
      if (of !== 'transactions') continue;
      for (const { model, valid } of models) {
        const own = alone[model];
        if (own !== undefined && own !== 'unknown') expect([seed, model, valid]).toEqual([seed, model, own]);
      }
      const held = answers(models);
      for (const a of transactionLattice) {
        if (held[a.model] === true) for (const b of implied(transactionLattice, a.model)) expect(held[b]).toBe(true);
      }
      if (held['read-committed'] === false) refuted++;
    }
    expect(refuted).toBeGreaterThan(50);
  });
});

describe('figure 2 of the paper on causal consistency', () => {
  it.each([
    ['a', { CC: true, CCv: false, CM: true, sequential: false }, ['CM']],
    ['b', { CC: true, CCv: true, CM: false, sequential: false }, ['CCv']],
    ['c', { CC: true, CCv: false, CM: false, sequential: false }, ['CC']],
    ['d', { CC: true, CCv: true, CM: true, sequential: false, linearizable: false }, ['CCv', 'CM']],
    ['e', { CC: false, CCv: false, CM: false, sequential: false }, []],
  ] as const)('%s', (name, expected, strongest) => {
    const verdict = checkSpectrum(columnsOfSessions(...figure2[name]));
    expect(answers(verdict.models)).toMatchObject(expected);
    expect(verdict.strongest.filter((model) => ['sequential', 'CCv', 'CM', 'CC'].includes(model))).toEqual(strongest);
  });
});

describe('the spectrum', () => {
  it('looks at nothing that follows from something stronger', () => {
    const { models, strongest } = checkSpectrum(columnsOfSessions([w('x', 1), r('x', 1)]));
    const followed = models.filter(({ follows }) => follows !== undefined);
    expect(followed.every(({ follows, valid }) => follows === 'linearizable' && valid === true)).toBe(true);
    expect(followed).toHaveLength(13);
    expect(strongest).toEqual(['linearizable']);
  });

  it('refutes what is stronger than what fails, for the same reason', () => {
    const { models } = checkSpectrum(columnsOfSessions([w('x', 1), w('x', 2)], [r('x', 2), r('x', 1)]));
    const of = (name: SpectrumModel) => models.find(({ model }) => model === name);
    expect(of('CC')?.valid).toBe(false);
    expect(of('sequential')).toMatchObject({ valid: false, follows: 'CC', reason: of('CC')?.reason });
  });

  it('decides only what was asked for', () => {
    const columns = columnsOfSessions(...figure2.b);
    expect(answers(checkSpectrum(columns, { only: ['CM'] }).models)).toEqual({ CM: false });
    expect(answers(checkSpectrum(columns, { only: ['CCv', 'RYW'] }).models)).toEqual({ CCv: true, RYW: true });
  });

  it('explains what fails with a model that was not asked for', () => {
    const columns = columnsOfSessions([w('x', 1), w('x', 2)], [r('x', 2), r('x', 1)]);
    const [ccv, ...more] = checkSpectrum(columns, { only: ['CCv'] }).models;
    expect(more).toEqual([]);
    expect(ccv).toMatchObject({
      model: 'CCv',
      valid: false,
      follows: 'CC',
      explanations: [{ pattern: 'WriteCORead' }],
    });
    // Where that is among the answers, it is explained there, and once.
    const both = checkSpectrum(columns, { only: ['CCv', 'CC'] }).models;
    expect(both.map(({ model, explanations }) => [model, explanations?.length])).toEqual([
      ['CCv', undefined],
      ['CC', 1],
    ]);
  });

  it('starts from the initial value that it is told', () => {
    const columns = columnsOfSessions([r('x', 0), w('x', 1)]);
    expect(checkSpectrum(columns, { init: 0 }).strongest).toContain('linearizable');
    expect(answers(checkSpectrum(columns).models)).toMatchObject({ CC: false });
  });

  it('names the two writes that leave it open what was read', () => {
    const { models } = checkSpectrum(
      columnsOfSessions([w('x', 1), w('x', 1), r('x', 1)], [w('x', 2), r('x', 1), r('x', 2)]),
    );
    const cc = models.find(({ model }) => model === 'CC');
    expect(cc).toMatchObject({ valid: 'unknown', reason: expect.stringContaining('either of two writes') as unknown });
  });

  it('names the first operation that is neither a read nor a write', () => {
    const history: History = [
      { index: 0, process: 0, type: 'invoke', f: 'enqueue', value: 1, time: 0 },
      { index: 1, process: 0, type: 'ok', f: 'enqueue', value: 1, time: 1 },
    ];
    const { models } = checkSpectrum(columnsOf(history));
    const cc = models.find(({ model }) => model === 'CC');
    expect(cc).toMatchObject({ valid: 'unknown', reason: expect.stringContaining('operation 0') as unknown });
  });

  it('says that nodes are not known where the history does not name them', () => {
    const { models } = checkSpectrum(columnsOfSessions([w('x', 1)]));
    expect(models.find(({ model }) => model === 'convergence')).toMatchObject({
      valid: 'unknown',
      reason: expect.stringContaining('which node') as unknown,
    });
  });

  it('ends in unknown when there is no time, and keeps what is refuted', () => {
    const { models } = checkSpectrum(columnsOfSessions(...figure2.d), { timeBudgetMs: 0 });
    const held = answers(models);
    expect(held['CCv']).toBe(true);
    expect([false, 'unknown']).toContain(held['sequential']);
  });

  const counter = (...told: readonly (readonly [node: string, seen: readonly string[], state: number])[]): History => {
    const all: Operation[] = [];
    const done = (process: number, node: string, f: string, asked: Json, answered: Json): void => {
      for (const [type, value] of [['invoke', asked] as const, ['ok', answered] as const]) {
        all.push({ index: all.length, process, type, f, key: 'c', value, node, time: all.length });
      }
    };
    done(0, 'n1', 'add', { id: 'a' }, null);
    done(1, 'n2', 'add', { id: 'b' }, null);
    told.forEach(([node, seen, state], i) => done(i, node, 'read', null, { seen, state }));
    return all;
  };

  it.each([
    ['the same in any order, and the same state', ['a', 'b'], 2, true, true],
    ['the same, and another state', ['a', 'b'], 3, false, false],
    ['less, though all was acknowledged', ['b'], 2, true, false],
  ] as const)('of nodes that tell what they had seen: %s', (_name, seen, state, eventual, strong) => {
    const history = counter(['n1', ['b', 'a'], 2], ['n2', seen, state]);
    const { models } = checkSpectrum(columnsOf(history), { history });
    expect(answers(models)).toMatchObject({ convergence: eventual, 'strong-eventual': strong, CC: 'unknown' });
  });

  it('has strong eventual consistency only where reads tell what nodes had seen, or somebody asks', () => {
    const columns = columnsOfSessions([w('x', 1), r('x', 1)]);
    expect(answers(checkSpectrum(columns).models)).not.toHaveProperty('strong-eventual');
    expect(answers(checkSpectrum(columns, { only: ['strong-eventual'] }).models)).toEqual({
      'strong-eventual': 'unknown',
    });
  });
});
