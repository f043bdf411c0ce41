/** What a scenario is played with. */

import type { Checker } from '../../checkers/verdict.ts';
import type { DiskImage, Json, NodeId, System } from '../../systems/protocol.ts';
import type { SimulatorKnobs } from '../cluster/simulator/options.ts';
import { UsageError } from '../errors.ts';
import type { Idiom } from '../transcript/idiom.ts';

export interface ScenarioOptions {
  readonly system: System;
  /** How many; they are called `n1`, `n2`, …, and picked by number from 1. Default 3. */
  readonly nodes?: number;
  /** Decides everything that is left to chance. Default 1. */
  readonly seed?: number;
  /** The bug planted in all nodes. */
  readonly mutant?: string | null;
  readonly settings?: Readonly<Record<string, Json>>;
  /** What nodes find on their disks when they start first, by number. Absent: nothing. See `raftDisk`. */
  readonly disks?: Readonly<Record<number, DiskImage>>;
  /** Traits of the simulated world, on top of `calmWorld`. */
  readonly simulator?: SimulatorKnobs;
  /** How the system is told. Default: what comes with Clew for the system of this name, or what fits any. */
  readonly idiom?: Idiom;
  /** What the recorded history must pass. Default: what the system's workloads promise. */
  readonly promises?: readonly Checker[];
}

/** A world in which little is left to chance: messages keep their order and take about half a millisecond. */
export const calmWorld: SimulatorKnobs = {
  network: { latencyUs: [400, 450, 500, 550, 600], inOrder: true },
  client: { latencyUs: [300] },
  disk: { syncUs: [200, 250, 300] },
  process: { startUs: [1000] },
};

export interface ScenarioSettings {
  readonly ids: readonly NodeId[];
  readonly seed: number;
  readonly simulator: SimulatorKnobs;
  readonly disks: Readonly<Record<NodeId, DiskImage>>;
}

const nodesMax = 64;

export function settingsOf({ nodes = 3, seed = 1, simulator = {}, disks = {} }: ScenarioOptions): ScenarioSettings {
  if (!Number.isSafeInteger(nodes) || nodes < 1 || nodes > nodesMax) {
    throw new UsageError(`a scenario has from 1 to ${nodesMax} nodes, not ${nodes}`);
  }
  const ids = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
  for (const number of Object.keys(disks)) {
    if (!ids.includes(`n${number}`))
      throw new UsageError(`there is no node ${number} to have a disk: nodes are 1 to ${nodes}`);
  }
  return {
    ids,
    seed,
    simulator: {
      ...calmWorld,
      ...simulator,
      network: { ...calmWorld.network, ...simulator.network },
      client: { ...calmWorld.client, ...simulator.client },
      disk: { ...calmWorld.disk, ...simulator.disk },
      process: { ...calmWorld.process, ...simulator.process },
      pingEveryUs: null,
      trace: 'full',
    },
    disks: Object.fromEntries(Object.entries(disks).map(([number, disk]) => [`n${number}`, disk])),
  };
}
