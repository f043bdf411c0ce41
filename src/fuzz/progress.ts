/**
 * Safety, then liveness: in the last phase of a run a quorum is whole and the rest stays broken for good. After a time to
 * settle, clients must be served, and the quorum must have stopped electing. A fault that heals hides what only an
 * asymmetric one shows that stays.
 */

import type { NodeId } from '../../systems/protocol.ts';
import type { NodeEvent } from '../cluster/cluster.ts';
import type { Operation } from '../history/operation.ts';
import type { ProgressPhase } from '../store/plan.ts';

export type ProgressFailure =
  /** Operations were asked for all the time, and none of them succeeded. */
  | { readonly kind: 'no-progress'; readonly reason: string }
  /** Roles change for ever. */
  | { readonly kind: 'no-stable-leader'; readonly reason: string };

export interface ProgressWatch {
  onOperation(operation: Operation): void;
  /** `atMs` since the test's start. */
  onNodeEvent(event: NodeEvent, atMs: number): void;
  /** Whether at `atMs` there has been enough progress, or there was time enough for it. */
  isOver(atMs: number): boolean;
  /** Null where there was progress, and where it can't be said because too little was asked for. */
  failure(endMs: number): ProgressFailure | null;
}

/** What a node said of itself last. */
interface Stand {
  role?: string;
  term?: number;
  leader?: string | null;
}

/** `n1 follows n3 in term 4`. */
function standInWords(node: NodeId, { role, term, leader }: Stand): string {
  const inTerm = term === undefined ? '' : ` in term ${term}`;
  if (role === 'leader') return `${node} leads${inTerm}`;
  if (leader !== undefined && leader !== null) return `${node} waits for ${leader}${inTerm}`;
  return `${node} ${role === undefined ? 'says nothing' : `is ${role} without a leader`}${inTerm}`;
}

/** So many successes are progress. */
const successesNeeded = 5;
/** Roles that stay for so long have settled: several times the longest election timeout. */
const steadyMs = 3000;
/** What is asked for this close to the end may still succeed. */
const patienceMs = 2600;

/** When the phase ends for good. */
export const progressEndMs = ({ fromMs, settleMs }: ProgressPhase): number => fromMs + 2 * settleMs;

export function progressWatch(phase: ProgressPhase): ProgressWatch {
  const { fromMs, settleMs, quorum } = phase;
  const settledMs = fromMs + settleMs;
  const endOfPhaseMs = progressEndMs(phase);
  let successes = 0;
  let askedLate = 0;
  let succeededLate = false;
  const invokedAt = new Map<Operation['process'], number>();
  /** Roles that nodes of the quorum took on, and when. */
  const turns: { readonly atMs: number; readonly node: NodeId; readonly role: string }[] = [];
  const roles = new Map<NodeId, string>();
  let role = false;
  /** Of every node: also those outside the quorum may be what others wait for. */
  const stands = new Map<NodeId, Stand>();

  const note = (node: NodeId, name: string, detail: NodeEvent['detail']): void => {
    const stand = stands.get(node);
    if (stand === undefined) return;
    if (name === 'role' && typeof detail === 'string') stand.role = detail;
    else if (name === 'term' && typeof detail === 'number') stand.term = detail;
    else if (name === 'leader' && (typeof detail === 'string' || detail === null)) stand.leader = detail;
  };
  /** Who waits for whom, as it is now. */
  const whoWaits = (): string => {
    const all = new Set([...quorum, ...[...stands.values()].flatMap(({ leader }) => leader ?? [])]);
    return [...all]
      .sort()
      .map((node) => {
        const stand = stands.get(node);
        return stand === undefined ? `${node} is down` : standInWords(node, stand);
      })
      .join(', ');
  };
  const lastTurnMs = (): number => Math.max(fromMs, turns.at(-1)?.atMs ?? 0);

  return {
    onOperation({ type, process, time }) {
      if (process === 'nemesis') return;
      const atMs = time / 1e6;
      if (type === 'invoke') {
        invokedAt.set(process, atMs);
        if (atMs >= settledMs && atMs <= endOfPhaseMs - patienceMs) askedLate++;
        return;
      }
      if (type !== 'ok') return;
      const since = invokedAt.get(process) ?? 0;
      if (since >= fromMs) successes++;
      if (atMs >= settledMs && atMs <= endOfPhaseMs) succeededLate = true;
    },
    onNodeEvent({ kind, name, node, detail }, atMs) {
      // After the phase all is healed, and nobody waits any more.
      if (atMs < endOfPhaseMs) {
        if (kind === 'start') stands.set(node, {});
        else if (kind === 'exit') stands.delete(node);
        else if (kind === 'probe') note(node, name, detail);
      }
      if (kind !== 'probe' || name !== 'role' || typeof detail !== 'string' || !quorum.includes(node)) return;
      role = true;
      if (roles.get(node) === detail) return;
      roles.set(node, detail);
      turns.push({ atMs, node, role: detail });
    },
    isOver(atMs) {
      if (atMs >= endOfPhaseMs) return true;
      return successes >= successesNeeded && (!role || atMs - lastTurnMs() >= steadyMs);
    },
    failure(endMs) {
      if (endMs < endOfPhaseMs) return null;
      const span = `from ${seconds(settleMs)} to ${seconds(2 * settleMs)} after ${quorum.join(', ')} were healed`;
      if (askedLate > 0 && !succeededLate) {
        return { kind: 'no-progress', reason: `none of ${askedLate} operations succeeded ${span}: ${whoWaits()}` };
      }
      const late = turns.filter(({ atMs }) => atMs >= settledMs && atMs <= endOfPhaseMs);
      let quiet = settledMs;
      for (const { atMs } of [...late, { atMs: endOfPhaseMs }]) {
        if (atMs - quiet >= steadyMs) return null;
        quiet = atMs;
      }
      const led = late.filter(({ role }) => role === 'leader').map(({ node }) => node);
      const by =
        led.length === 0 ? 'nobody came to lead' : `${[...new Set(led)].join(', ')} led by turns, ${led.length} times`;
      return {
        kind: 'no-stable-leader',
        reason: `roles changed ${late.length} times ${span}, and ${by}: ${whoWaits()}`,
      };
    },
  };
}

const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;
