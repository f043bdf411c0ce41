/**
 * Faults in the smallest pieces: one thing that is wrong, at one place, from one moment to another. Whatever a fault kind
 * does (a chase after leaders, a storm of kills), it does by such holds on the target, so a run's faults can be recorded
 * as a list of them, done again as they were, and made fewer one by one.
 */

import type { NodeId } from '../systems/protocol.ts';
import type { Clock } from '../src/cluster/clock.ts';
import type { DiskDamage, DiskTrouble, Edge, PacketRule, Skew } from '../src/cluster/faults.ts';
import type { NemesisTarget, Release } from './fault.ts';

/** What is wrong. `kind` is that of the fault kind which does such things. */
export type Trouble =
  /** These edges are silent. */
  | { readonly kind: 'partition'; readonly edges: readonly Edge[] }
  | { readonly kind: 'packet'; readonly rules: readonly PacketRule[] }
  /** What is sent on these edges waits. */
  | { readonly kind: 'packet'; readonly clogged: readonly Edge[] }
  /** The node is dead, and comes back on the disk that it left. */
  | { readonly kind: 'kill'; readonly node: NodeId }
  /** The node stands still. */
  | { readonly kind: 'pause'; readonly node: NodeId }
  /** Everything that the node handles takes so much longer. */
  | { readonly kind: 'pause'; readonly node: NodeId; readonly perEventMs: number }
  | { readonly kind: 'clock'; readonly node: NodeId; readonly skew: Skew }
  /** The node's monotonic clock and timers run at so many times their rate. */
  | { readonly kind: 'clock'; readonly node: NodeId; readonly timerRate: number }
  | { readonly kind: 'disk'; readonly node: NodeId; readonly trouble: DiskTrouble }
  /** Done at one moment, and for good: `untilMs` is null. */
  | { readonly kind: 'disk'; readonly node: NodeId; readonly damage: DiskDamage };

/** A trouble from `atMs` until `untilMs` after the test's start; null: until everything is healed next. */
export type FaultRecord = Trouble & { readonly atMs: number; readonly untilMs: number | null };

/** Begins a trouble; resolves once it is in force. */
export async function begin(trouble: Trouble, target: NemesisTarget): Promise<Release> {
  switch (trouble.kind) {
    case 'partition':
      return target.addCut(trouble.edges);
    case 'packet':
      if ('clogged' in trouble) return target.addClog(trouble.clogged);
      return (await target.addShape(trouble.rules)).release;
    case 'kill':
      return target.holdDead(trouble.node);
    case 'pause':
      if ('perEventMs' in trouble) return target.holdSlow(trouble.node, trouble.perEventMs);
      return target.holdPaused(trouble.node);
    case 'clock':
      if ('timerRate' in trouble) return target.addTimerRate(trouble.node, trouble.timerRate);
      return (await target.addSkew(trouble.node, trouble.skew)).release;
    case 'disk':
      if ('trouble' in trouble) return target.addDiskTrouble(trouble.node, trouble.trouble);
      await target.damage(trouble.node, trouble.damage);
      return () => Promise.resolve();
  }
}

export interface RecordingTarget extends NemesisTarget {
  /** Everything that was held so far, in the order in which it began. */
  records(): readonly FaultRecord[];
}

interface Open {
  readonly trouble: Trouble;
  readonly atMs: number;
  untilMs: number | null;
}

/**
 * `target`, taking down what is held through it; times count from `startMs()` on the target's clock. No two holds begin or
 * end in one instant, so that their order is that of their times.
 */
export function recordingTarget(target: NemesisTarget, startMs: () => number): RecordingTarget {
  const records: Open[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  const moment = async (): Promise<number> => {
    while (target.clock.now() <= lastMs) await target.clock.sleep(0.001);
    lastMs = target.clock.now();
    return lastMs - startMs();
  };
  const note = async (trouble: Trouble): Promise<Open> => {
    const record: Open = { trouble, atMs: await moment(), untilMs: null };
    records.push(record);
    return record;
  };
  const close = async (record: Open): Promise<void> => {
    record.untilMs ??= await moment();
  };
  const noted = async (trouble: Trouble, hold: () => Promise<Release>): Promise<Release> => {
    const record = await note(trouble);
    const release = await hold();
    return async () => {
      await close(record);
      return release();
    };
  };
  return {
    ...target,
    addCut: (edges) => noted({ kind: 'partition', edges }, () => target.addCut(edges)),
    async addShape(rules) {
      const record = await note({ kind: 'packet', rules });
      const shaping = await target.addShape(rules);
      return {
        ...shaping,
        async release() {
          await close(record);
          return shaping.release();
        },
      };
    },
    holdDead: (node) => noted({ kind: 'kill', node }, () => target.holdDead(node)),
    holdPaused: (node) => noted({ kind: 'pause', node }, () => target.holdPaused(node)),
    addClog: (clogged) => noted({ kind: 'packet', clogged }, () => target.addClog(clogged)),
    holdSlow: (node, perEventMs) => noted({ kind: 'pause', node, perEventMs }, () => target.holdSlow(node, perEventMs)),
    addTimerRate: (node, timerRate) =>
      noted({ kind: 'clock', node, timerRate }, () => target.addTimerRate(node, timerRate)),
    addDiskTrouble: (node, trouble) =>
      noted({ kind: 'disk', node, trouble }, () => target.addDiskTrouble(node, trouble)),
    async damage(node, damage) {
      await note({ kind: 'disk', node, damage });
      return target.damage(node, damage);
    },
    async addSkew(node, skew) {
      let record = await note({ kind: 'clock', node, skew });
      const skewing = await target.addSkew(node, skew);
      return {
        ...skewing,
        async set(next) {
          await close(record);
          record = await note({ kind: 'clock', node, skew: next });
          return skewing.set(next);
        },
        async release() {
          await close(record);
          return skewing.release();
        },
      };
    },
    records: () => records.map(({ trouble, atMs, untilMs }) => ({ ...trouble, atMs, untilMs })),
  };
}

/** Lets each record begin and end at its time on the clock, from now (`startMs`) on. The order in the list decides ties. */
export function perform(
  records: readonly FaultRecord[],
  target: NemesisTarget,
  clock: Clock,
  onEvent: (event: { readonly record: FaultRecord; readonly index: number; readonly begins: boolean }) => void,
  onError: (error: unknown) => void,
): void {
  for (const [index, record] of records.entries()) {
    let held: Promise<Release> | null = null;
    clock.after(record.atMs, () => {
      onEvent({ record, index, begins: true });
      held = begin(record, target);
      held.catch(onError);
    });
    if (record.untilMs === null) continue;
    clock.after(record.untilMs, () => {
      onEvent({ record, index, begins: false });
      held?.then((release) => release()).catch(onError);
    });
  }
}
