/** Nodes that a fault has killed: striking them, and finding out whether they fell silent and came back as new processes. */

import type { NodeId } from '../systems/protocol.ts';
import { untilObserved, type Finding } from './evidence.ts';
import type { NemesisTarget, Release } from './fault.ts';

/** One node killed by this fault. `before` is the process it was, null when it did not answer even then. */
export interface Victim {
  readonly node: NodeId;
  readonly before: string | null;
  readonly release: Release;
}

export async function strike(target: NemesisTarget, node: NodeId): Promise<Victim> {
  const before = target.state(node).status === 'running' ? await target.observe(node) : null;
  return { node, before: before?.incarnation ?? null, release: await target.holdDead(node) };
}

/** While it is held dead: whether it is silent. */
export async function findSilence(target: NemesisTarget, { node, before }: Victim): Promise<Finding> {
  const observation = await target.observe(node);
  if (observation !== null) return { bit: false, detail: 'still answered after the kill' };
  if (before === null) return { bit: 'unobserved', detail: 'did not answer before the kill either' };
  return { bit: true, detail: 'fell silent' };
}

/** Once it is let go of: whether it came back as another process. */
export async function findReturn(target: NemesisTarget, { node, before }: Victim): Promise<Finding> {
  if (before === null) return { bit: 'unobserved', detail: 'did not answer before the kill either' };
  if (target.state(node).status !== 'running') return { bit: 'unobserved', detail: 'is held down by another fault' };
  const after = await untilObserved(target, node, 2000);
  if (after === null) return { bit: 'unobserved', detail: 'did not answer after its restart' };
  return after.incarnation === before
    ? { bit: false, detail: 'is still the same process after the kill' }
    : { bit: true, detail: 'came back as another process' };
}
