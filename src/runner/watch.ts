/** Follows a run as it goes: counts for the progress line, who leads, which faults are in force, who crashed. */

import type { BrokenInvariant } from '../../checkers/invariants.ts';
import type { NodeEvent } from '../cluster/cluster.ts';
import { wordsOf } from '../cluster/node-log.ts';
import type { Operation } from '../history/operation.ts';
import type { RunObserver } from './observer.ts';

export interface CrashEvent {
  readonly node: string;
  readonly atMs: number;
  readonly message: string;
}

export interface Watch {
  onOperation(operation: Operation): void;
  /** `sinceStartMs` is the event's time since the test started. */
  onNodeEvent(event: NodeEvent, sinceStartMs: number): void;
  /** Tells the observer where the run stands, `timeS` seconds after the test started. */
  tick(timeS: number): void;
  /** Keys that clients used, in the order of their first use. */
  readonly keys: ReadonlySet<string>;
  readonly crashes: readonly CrashEvent[];
  readonly broken: readonly BrokenInvariant[];
}

const rateWindowS = 1;

export function watch(observer: RunObserver, run: { readonly number: number; readonly total: number }): Watch {
  const counts = { ok: 0, fail: 0, info: 0 };
  const keys = new Set<string>();
  const crashes: CrashEvent[] = [];
  const broken: BrokenInvariant[] = [];
  const faults = new Map<unknown, string>();
  const terms = new Map<string, number>();
  const leading = new Set<string>();
  const samples: { readonly timeS: number; readonly done: number }[] = [];

  const onNemesis = (operation: Operation): void => {
    if (operation.type === 'invoke') return;
    const match = /^(start|stop)-(.+)$/.exec(operation.f);
    if (match === null) {
      if (operation.f === 'heal') faults.clear();
      return;
    }
    const [, action, kind = ''] = match;
    const value = operation.value as { readonly id?: unknown } | null;
    const id = value?.id ?? kind;
    if (action === 'start') faults.set(id, kind);
    else faults.delete(id);
    observer.onEvent({
      kind: 'fault',
      action: action === 'start' ? 'start' : 'stop',
      fault: kind,
      text: JSON.stringify(operation.value),
    });
  };

  return {
    keys,
    crashes,
    broken,
    onOperation(operation) {
      if (operation.process === 'nemesis') {
        onNemesis(operation);
      } else if (operation.type === 'invoke') {
        if (operation.key !== undefined) keys.add(operation.key);
      } else {
        counts[operation.type]++;
      }
    },
    onNodeEvent(event, sinceStartMs) {
      const { node, kind, name, detail } = event;
      if (kind === 'crash')
        crashes.push({
          node,
          atMs: sinceStartMs,
          message: wordsOf(event),
        });
      if (kind === 'violation')
        broken.push({ name, node, atMs: sinceStartMs, message: typeof detail === 'string' ? detail : name });
      if (kind === 'exit') leading.delete(node);
      if (kind !== 'probe') return;
      if (name === 'term') terms.set(node, Number(detail));
      if (name === 'role') {
        if (detail === 'leader') leading.add(node);
        else leading.delete(node);
      }
    },
    tick(timeS) {
      const done = counts.ok + counts.fail + counts.info;
      samples.push({ timeS, done });
      while (samples.length > 1 && timeS - (samples[0]?.timeS ?? 0) > rateWindowS) samples.shift();
      const oldest = samples[0] ?? { timeS: 0, done: 0 };
      const leaders = [...leading].sort((a, b) => (terms.get(b) ?? 0) - (terms.get(a) ?? 0));
      observer.onEvent({
        kind: 'tick',
        timeS,
        ...counts,
        rate: timeS > oldest.timeS ? (done - oldest.done) / (timeS - oldest.timeS) : 0,
        faults: [...new Set(faults.values())],
        leader: leaders[0] ?? null,
        done: run.number - 1,
        total: run.total,
      });
    },
  };
}
