import { expect, it } from 'vitest';
import { judgeLattice } from '../../checkers/spectrum/trial.ts';
import { tell } from '../tell.ts';

it('the lattice is contradicted by none of 10,000 random histories', () => {
  const { verdicts, apart } = judgeLattice(10_000);
  tell('the lattice', verdicts);
  for (const [model, { holds, fails }] of Object.entries(verdicts)) {
    const least = model.startsWith('WFR') ? 25 : model.startsWith('MW') ? 100 : 500;
    expect([model, holds]).toEqual([model, expect.toSatisfy((n: number) => n > 1000)]);
    expect([model, fails]).toEqual([model, expect.toSatisfy((n: number) => n > least)]);
  }
  for (const pair of ['PRAM RYW-graded', 'MW MW-graded', 'CCv CM', 'MR WFR']) expect([...apart]).toContain(pair);
});
