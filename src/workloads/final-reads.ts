/** After healing, every key is read: what was acknowledged must be there. */

import type { NodeId } from '../../systems/protocol.ts';
import type { Context, Generator, Thread } from '../generator/generator.ts';
import { eachThread, lift, phases, sleep } from '../generator/index.ts';

/** Every key once, wherever. */
export function finalReads(keys: readonly string[]): Generator {
  return lift(keys.map((key) => ({ f: 'read', key })));
}

/** After the last write, and again after this one: time for the nodes to tell each other of the last writes. */
const soonS = 0.5;
const quietS = 1.5;

/**
 * Every key at every node, in rounds. Two seconds without writes come before the last two: a write of unknown outcome may
 * first be seen in one, and only what comes after that can be compared. A round at once, and one half a second later, tell
 * how long the nodes took to agree. Each read is by a process that is at home there; nodes where nobody is at home (fewer
 * threads than nodes) are left out. Client thread t is at home at node t modulo their number.
 */
export function finalReadsEverywhere(nodes: readonly NodeId[], keys: readonly string[]): Generator {
  const round = remaining(
    nodes,
    nodes.map(() => keys),
  );
  return phases(round, eachThread(sleep(soonS)), round, eachThread(sleep(quietS)), round, round);
}

/** `left[i]` are the keys that remain to be read at `nodes[i]`. */
function remaining(nodes: readonly NodeId[], left: readonly (readonly string[])[]): Generator {
  const homeOf = (thread: Thread): number => (thread === 'nemesis' ? -1 : thread % nodes.length);
  const keyFor = (thread: Thread): string | undefined => left[homeOf(thread)]?.[0];
  const self: Generator = {
    next(context: Context) {
      const thread = context.free.find((free) => keyFor(free) !== undefined);
      const node = thread === undefined ? undefined : nodes[homeOf(thread)];
      const key = thread === undefined ? undefined : keyFor(thread);
      if (thread === undefined || node === undefined || key === undefined) {
        return context.threads.some((busy) => keyFor(busy) !== undefined)
          ? { kind: 'pending', rest: self }
          : { kind: 'done' };
      }
      const process = context.processOf(thread);
      const rest = left.map((of, i) => (i === homeOf(thread) ? of.slice(1) : of));
      return {
        kind: 'operation',
        operation: { type: 'invoke', process, time: context.time, f: 'read', key, value: null, node },
        rest: remaining(nodes, rest),
      };
    },
    update: () => self,
  };
  return self;
}
