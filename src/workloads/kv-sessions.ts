/**
 * Sessions over a key-value store: reads and writes of a few hot keys, every written value new, so that a read tells
 * which write it saw. A process is a session. It is at home at one node; with some of its operations it moves to
 * another and back, and takes along what it has seen.
 */

import { causal } from '../../checkers/causal/checker.ts';
import { convergence } from '../../checkers/eventual/convergence.ts';
import { stats } from '../../checkers/stats.ts';
import type { Context, Generator, Invocation } from '../generator/generator.ts';
import { key, uniform } from '../random.ts';
import { finalReadsEverywhere } from './final-reads.ts';
import { keyOf, mixedKeys, useSlot, type KeyOptions } from './keys.ts';
import { isReader } from './readers.ts';
import { sessionClient } from './session-client.ts';
import type { Workload, WorkloadOptions } from './workload.ts';

/** Fresh keys come up all the time: a read of one that is still empty is as telling as a read of an old value. */
const ownKeys: KeyOptions = { active: 3, operations: 100 };
/**
 * So many operations one process does in a row, before the others notice: what is wrong for some hundredths of a second
 * is seen by those who look twice in that time.
 */
const burst = 6;
const ownReads = 0.55;
const moveShare = 0.35;
const patience = { attemptMs: 600, operationMs: 2500 };

/** The thread whose turn it is, or another when that one is busy; `share` in [0, 1) tells whose turn. */
function threadFor({ threads, free }: Context, share: number): number | undefined {
  const all = threads.filter((thread) => thread !== 'nemesis');
  const wanted = all[Math.floor(share * all.length)];
  return wanted !== undefined && free.includes(wanted) ? wanted : free.find((thread) => thread !== 'nemesis');
}

interface State {
  readonly ordinal: number;
  readonly used: readonly number[];
}

function operations(options: WorkloadOptions, moves: boolean, { ordinal, used }: State): Generator {
  const { seed, nodes, mix } = options;
  const keys = mixedKeys(ownKeys, mix);
  const self: Generator = {
    next(context) {
      const thread = threadFor(context, uniform(key(seed, 'burst'), Math.floor(ordinal / burst)));
      if (thread === undefined) return { kind: 'pending', rest: self };
      const { slot, name } = keyOf(seed, ordinal, used, keys);
      const reads = isReader(options, thread) || uniform(key(seed, 'kv-sessions'), ordinal) < (mix?.reads ?? ownReads);
      // Below `moveShare`, the same number tells where to: one of the other nodes.
      const chance = uniform(key(seed, 'move'), ordinal) / moveShare;
      const away = moves && chance < 1 ? 1 + Math.floor(chance * (nodes.length - 1)) : 0;
      const node = nodes[(thread + away) % nodes.length];
      const operation: Invocation = {
        type: 'invoke',
        process: context.processOf(thread),
        time: context.time,
        f: reads ? 'read' : 'write',
        key: name,
        value: reads ? null : ordinal,
        ...(node === undefined ? {} : { node }),
      };
      return {
        kind: 'operation',
        operation,
        rest: operations(options, moves, { ordinal: ordinal + 1, used: useSlot(used, slot, keys.active) }),
      };
    },
    update: () => self,
  };
  return self;
}

function sessions(name: string, description: string, moves: boolean): Workload {
  return {
    name,
    description,
    comparesNodes: true,
    generator: (options) => operations(options, moves, { ordinal: 1, used: [] }),
    finalGenerator: ({ nodes }, used) => finalReadsEverywhere(nodes, used),
    open: (cluster, node) => sessionClient(cluster, node, { ...patience, moves }),
    checkers: () => [causal(), convergence(), stats()],
  };
}

export const kvSessions = sessions(
  'kv-sessions',
  'reads and writes of few keys by sessions that move between nodes; causally consistent',
  true,
);

/** Where each session stays at its node, the order in which that node takes all writes is one that the session may see. */
export const kvFixedSessions = sessions(
  'kv-fixed-sessions',
  'reads and writes of few keys by sessions that stay at their node; causally consistent',
  false,
);
