/** Where protocols may do what is allowed but unusual, and when they do. */

import type { NodeId } from '../../../systems/protocol.ts';
import type { Chance } from './chance.ts';
import type { BuggifyOptions } from './options.ts';

/** `Env.buggify` of a node: a point is live at all nodes of a run or at none, and true at each by its own chance. */
export function buggifier(
  chance: Chance,
  node: NodeId,
  { live, perMille, untilMs }: BuggifyOptions,
  nowUs: () => number,
): (point: string) => boolean {
  if (live === 0) return () => false;
  /** By point, how often it was asked, and the family of its answers; null where it is not live in this run. */
  const points = new Map<string, { asked: number; readonly family: number } | null>();
  return (name) => {
    let point = points.get(name);
    if (point === undefined) {
      const isLive = chance.draw(chance.family('buggify', name), 0) < live;
      points.set(name, (point = isLive ? { asked: 0, family: chance.family('buggify', name, node) } : null));
    }
    if (point === null || (untilMs !== null && nowUs() >= untilMs * 1000)) return false;
    return chance.draw(point.family, point.asked++) * 1000 < perMille;
  };
}
