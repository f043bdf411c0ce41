import { expect, it } from 'vitest';
import { twins } from '../../src/fuzz/determinism.ts';
import { simulate } from '../../src/fuzz/simulate.ts';
import { planOf, subjectOf, systemNamed } from './plans.ts';

it('finds no difference between two runs of one plan', async () => {
  for (const seed of [1, 2, 3]) {
    const plan = planOf('raft', null, seed);
    expect(await twins(plan, subjectOf(plan))).toBeNull();
  }
});

it('finds the first event that differs, with what came before it, when a protocol is not deterministic', async () => {
  const raft = systemNamed('raft');
  let created = 0;
  const plan = planOf('raft', null, 1);
  const careless = {
    ...raft,
    create(env: Parameters<typeof raft.create>[0], settings: Parameters<typeof raft.create>[1]) {
      const order = created++;
      return raft.create({ ...env, random: () => (env.random() + order / 1000) % 1 }, settings);
    },
  };
  const difference = await twins(plan, subjectOf(plan, careless));
  expect(difference?.after).toBeGreaterThan(10);
  expect(difference?.before).toHaveLength(5);
  expect(difference?.first).not.toBe(difference?.second);
  expect(difference?.first).toMatch(/^\d+\.\d{3} ms {2}n\d {2}\w+ /);
});

it('takes this very course for these seeds on every machine', async () => {
  const hashes: Record<string, string> = {};
  for (const [system, seed] of [
    ['raft', 1],
    ['raft', 2],
    ['causal-store', 3],
  ] as const) {
    const plan = planOf(system, null, seed);
    hashes[`${system} ${seed}`] = (await simulate(plan, subjectOf(plan))).hash;
  }
  expect(hashes).toMatchInlineSnapshot(`
    {
      "causal-store 3": "784b0252fbb10d62",
      "raft 1": "689dfb0e1a53cf68",
      "raft 2": "9dd084257a323aca",
    }
  `);
});
