/** Systems for kill matrices, each a few milliseconds a run: the canary, with as much forgetfulness as a test needs. */

import type { Mutant, System } from '../../../systems/protocol.ts';
import { system as canary } from '../../../systems/canary/system.ts';

const forgetting = (perMille: number): System['create'] => {
  return (env) => canary.create(env, { forgetfulPerMille: perMille });
};

const planted = (name: string, perMille: number): Mutant => ({
  name,
  broken: `It forgets writes in ${perMille} of 1000 runs.`,
  source: 'the canary',
  faults: [],
  killedBy: 'linearizable',
  create: forgetting(perMille),
});

/** Two mutants that can be found. */
export const right: System = {
  ...canary,
  name: 'right',
  create: forgetting(0),
  mutants: [planted('always-forgets', 1000), planted('often-forgets', 300)],
  notPlanted: [{ bug: 'A vote is lost.', source: 'nowhere', why: 'Nobody votes here.' }],
};

/** One of its mutants has no bug. */
export const spared: System = {
  ...right,
  name: 'spared',
  mutants: [planted('always-forgets', 1000), planted('harmless', 0)],
};

/** It has the bug itself. */
export const wrong: System = {
  ...spared,
  name: 'wrong',
  create: forgetting(1000),
  mutants: spared.mutants.slice(0, 1),
};
