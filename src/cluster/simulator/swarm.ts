/**
 * Each seed has its own kind of world: most networks are local, some are wide, slow at times, or deliver twice; some disks
 * are slow (swarm testing: Groce et al., ISSTA 2012). Which traits a run has is drawn first, then how strong they are.
 */

import { random } from '../../random.ts';
import { localNetwork, wideNetwork, type SimulatorKnobs } from './options.ts';

/** The knobs of the run with this seed. */
export function drawKnobs(seed: number): SimulatorKnobs {
  const draw = random(seed, 'swarm');
  const chance = (share: number): boolean => draw.next() < share;
  const slow = chance(0.4);
  const slowPerMille = 5 + draw.int(60);
  const twice = chance(0.3);
  const duplicatePerMille = 5 + draw.int(50);
  const slowDisk = chance(0.25);
  const codec = chance(0.1);
  const wide = chance(0.3);
  return {
    network: {
      ...(wide ? wideNetwork : localNetwork),
      slowPerMille: slow ? slowPerMille : 0,
      duplicatePerMille: twice ? duplicatePerMille : 0,
    },
    ...(slowDisk ? { disk: { syncUs: [500, 900, 1500, 2500, 4000, 7000, 12_000, 20_000, 35_000, 60_000] } } : {}),
    codec,
  };
}
