/**
 * Each seed has its own kind of world (swarm testing: Groce et al., ISSTA 2012): most networks are local, others wide;
 * some are slow at times, deliver twice, keep messages in order or hold some back; some disks, processes and clients are
 * slow; some clocks run at rates of their own. Which traits a run has is drawn first, then how strong they are, each by
 * itself, so that another trait leaves the others as they were. All of it is what every system must live with.
 */

import { random, type Random } from '../../random.ts';
import { localNetwork, wideNetwork, type SimulatorKnobs } from './options.ts';

/** Syncs on disks that are always slow. */
const slowSyncUs = [500, 900, 1500, 2500, 4000, 7000, 12_000, 20_000, 35_000, 60_000] as const;
/** Clients that come late, but hardly ever so late that they have given up: then a run may leave open what it was to show. */
const slowClientUs = [10_000, 20_000, 40_000, 80_000, 150_000, 250_000] as const;
/** Handlers of processes that have much to do. */
const handlersUs = [
  [20, 30, 50, 80, 120, 200],
  [50, 100, 200, 400, 800, 1600],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 20_000],
] as const;
/** Rates of clocks: crystals that are somewhat off, and some that are worse than any. */
const clockRates = [
  [0.9995, 0.9999, 1, 1.0001, 1.0005],
  [0.99, 0.995, 1, 1.005, 1.01],
  [0.95, 0.98, 1, 1.02, 1.05],
] as const;

/** The knobs of the run with this seed. */
export function drawKnobs(seed: number): SimulatorKnobs {
  /** The trait's strength in a `share` of all runs, `otherwise` in the rest. */
  const trait = <T>(name: string, share: number, strength: (draw: Random) => T, otherwise: T): T => {
    const draw = random(seed, 'swarm', name);
    return draw.next() < share ? strength(draw) : otherwise;
  };
  const perMille = (name: string, share: number, least: number, most: number): number =>
    trait(name, share, (draw) => least + draw.int(most - least + 1), 0);
  const always = (name: string, share: number): boolean => trait(name, share, () => true, false);

  const network = always('wide network', 0.3) ? wideNetwork : localNetwork;
  return {
    network: {
      ...network,
      slowPerMille: perMille('slow messages', 0.4, 5, 64),
      duplicatePerMille: perMille('duplicates', 0.3, 5, 54),
      inOrder: always('messages in order', 0.35),
      reorderPerMille: perMille('held back', 0.2, 5, 50),
    },
    client: {
      latencyUs: network.latencyUs,
      slowPerMille: perMille('slow clients', 0.25, 2, 30),
      slowUs: slowClientUs,
    },
    disk: {
      ...(always('slow disk', 0.35) ? { syncUs: slowSyncUs } : {}),
      slowPerMille: perMille('slow syncs', 0.3, 2, 40),
      tornPerMille: perMille('torn records', 0.5, 500, 500),
    },
    process: {
      handlerUs: trait<readonly number[]>('slow handlers', 0.2, (draw) => draw.pick(handlersUs), [0]),
      lateTimerPerMille: perMille('late timers', 0.2, 5, 50),
    },
    clock: { rates: trait<readonly number[]>('clock rates', 0.3, (draw) => draw.pick(clockRates), [1]) },
    buggify: {
      live: trait('buggify', 0.5, (draw) => draw.pick([0.25, 0.5, 1]), 0),
      perMille: trait('buggified', 1, (draw) => draw.pick([2, 10, 50, 250]), 0),
    },
    codec: always('codec', 0.1),
    freeze: always('frozen messages', 0.1),
  };
}
