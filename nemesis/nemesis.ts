/**
 * The nemesis as a process of the test: its operations begin and end the faults of a schedule, and their completions say
 * what was done and whether it bit.
 *
 * `start-<kind>` {id} completes with {id, kind, shape, done, error?}; `stop-<kind>` {id} with {id, kind, shape, evidence,
 * error?}; `heal` with {ended: what was still in force, as stop says it; started, silent, lost?: nodes; errors}. All are `info`:
 * a fault is neither right nor wrong. What goes wrong is in `error`, and never lost.
 */

import type { Json, NodeId } from '../systems/protocol.ts';
import { messageOf, RunError } from '../src/errors.ts';
import { scheduled } from '../src/generator/schedule.ts';
import type { Generator, Invocation } from '../src/generator/generator.ts';
import type { Applied, Evidence, FaultKind, NemesisTarget, ScheduledFault } from './fault.ts';

export interface NemesisCompletion {
  readonly type: 'info';
  readonly value: Json;
  readonly error?: string;
}

/** How one fault ended. */
export type Ended = {
  readonly id: number;
  readonly kind: string;
  readonly shape: string;
  readonly evidence: { readonly bit: Evidence['bit']; readonly detail: string };
  readonly error?: string;
};

/** What healing everything came to. */
export type Healed = {
  /** Faults that were still in force. */
  readonly ended: readonly Ended[];
  readonly started: readonly NodeId[];
  readonly silent: readonly NodeId[];
  /** Nodes that refuse to start, for good; absent when there are none. Nothing has gone wrong with healing then. */
  readonly lost?: readonly NodeId[];
  readonly errors: readonly string[];
};

export interface Nemesis {
  /** The operations of the schedule at their times; ends by itself, and does not heal. */
  generator(): Generator;
  /** Never rejects. One at a time. */
  invoke(operation: Pick<Invocation, 'f' | 'value'>): Promise<NemesisCompletion>;
  /** Ends every fault in force, starts every node, makes the network whole and the clocks true. Safe to call again. */
  heal(): Promise<Healed>;
}

/** How long healing waits for nodes to answer. */
const healTimeoutMs = 15_000;

/** `schedule` may hold kinds of `kinds` only. Without `measures` faults end when they are to, and nobody asks whether they bit. */
export function nemesis(
  target: NemesisTarget,
  kinds: readonly FaultKind[],
  schedule: readonly ScheduledFault[],
  { measures = true }: { readonly measures?: boolean } = {},
): Nemesis {
  const byId = new Map(schedule.map((fault) => [fault.id, fault]));
  const inForce = new Map<number, Applied>();
  /** Why a fault is not in force although it was begun. */
  const failed = new Map<number, string>();

  const start = async (fault: ScheduledFault): Promise<NemesisCompletion> => {
    const { id, kind, plan } = fault;
    const said = { id, kind, shape: plan.shape };
    try {
      const applied = await kindOf(kinds, kind).apply(plan, target);
      inForce.set(id, applied);
      return { type: 'info', value: { ...said, done: applied.done } };
    } catch (thrown) {
      const error = messageOf(thrown);
      failed.set(id, error);
      return { type: 'info', value: { ...said, done: null, error }, error };
    }
  };

  const stop = async ({ id, kind, plan }: ScheduledFault): Promise<Ended> => {
    const said = { id, kind, shape: plan.shape };
    const applied = inForce.get(id);
    if (applied === undefined) {
      const why = failed.get(id);
      const detail = why === undefined ? 'was not in force' : `could not be begun: ${why}`;
      return { ...said, evidence: { bit: why === undefined ? 'unobserved' : false, detail } };
    }
    const errors: string[] = [];
    let evidence: Evidence = { bit: 'unobserved', detail: 'could not be measured' };
    try {
      if (measures) evidence = await applied.observe();
    } catch (thrown) {
      errors.push(`measuring it: ${messageOf(thrown)}`);
    }
    try {
      evidence = (await applied.undo()) ?? evidence;
      inForce.delete(id);
    } catch (thrown) {
      // It stays in force, and healing tries again.
      errors.push(`ending it: ${messageOf(thrown)}`);
    }
    const { bit, detail } = evidence;
    return { ...said, evidence: { bit, detail }, ...(errors.length > 0 ? { error: errors.join('; ') } : {}) };
  };

  const heal = async (): Promise<Healed> => {
    const ended: Ended[] = [];
    // The last one first: none is measured under a fault that was not there when it began.
    for (const id of [...inForce.keys()].reverse()) {
      const fault = byId.get(id);
      if (fault !== undefined) ended.push(await stop(fault));
    }
    inForce.clear();
    return { ended, ...(await target.clear(healTimeoutMs)) };
  };

  return {
    generator: () =>
      scheduled(
        schedule.flatMap(({ id, kind, atMs, forMs }) => [
          { atMs, template: { f: `start-${kind}`, value: { id } } },
          { atMs: atMs + forMs, template: { f: `stop-${kind}`, value: { id } } },
        ]),
      ),
    async invoke({ f, value }) {
      if (f === 'heal') {
        const healed = await heal();
        const problems = [
          ...healed.ended.flatMap(({ error }) => error ?? []),
          ...healed.errors,
          ...healed.silent.map((node) => `${node} does not answer ${healTimeoutMs / 1000} s after healing`),
        ];
        return { type: 'info', value: healed, ...(problems.length > 0 ? { error: problems.join('; ') } : {}) };
      }
      const [, verb, kind] = /^(start|stop)-(.+)$/.exec(f) ?? [];
      const fault = byId.get(idOf(value));
      if (fault?.kind !== kind || fault === undefined) {
        const error = `the nemesis does not know the operation ${f} ${JSON.stringify(value)}`;
        return { type: 'info', value: null, error };
      }
      if (verb === 'start') return start(fault);
      const ended = await stop(fault);
      return { type: 'info', value: ended, ...(ended.error === undefined ? {} : { error: ended.error }) };
    },
    heal,
  };
}

function kindOf(kinds: readonly FaultKind[], name: string): FaultKind {
  const kind = kinds.find((known) => known.name === name);
  if (kind === undefined) throw new RunError(`the schedule has a fault "${name}", and this run knows no such kind`);
  return kind;
}

function idOf(value: Json): number {
  const id = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, Json>>)['id'] : null;
  return typeof id === 'number' ? id : -1;
}
