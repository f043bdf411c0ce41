/** One request of a client, sent to one node or to whoever serves it, and what becomes of it. */

import type { Json, NodeId, Request } from '../../systems/protocol.ts';
import { NoAnswer, type Connection } from '../cluster/cluster.ts';
import type { Stage } from './stage.ts';

/** `acknowledged`: it happened. `refused`: it definitely did not, by this request. `unknown`: it may have, or may yet. */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly value: Json; readonly node: NodeId }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'unknown'; readonly error: string };

export interface Route {
  /** The only node that is asked; null: any, first `first`, then where that sends one. */
  readonly only: NodeId | null;
  readonly first: NodeId;
  readonly timeoutMs: number;
}

/** Between two rounds in which nobody served. */
const backoffMs = 40;

export async function attempt(
  stage: Stage,
  connect: (node: NodeId) => Connection,
  request: Request,
  { only, first, timeoutMs }: Route,
): Promise<Outcome> {
  const { clock } = stage.cluster;
  const deadline = clock.now() + timeoutMs;
  const after = (node: NodeId): NodeId => stage.ids[(stage.ids.indexOf(node) + 1) % stage.ids.length] ?? first;
  let target = only ?? first;
  let why = 'no node answered';
  for (let asked = 1; ; asked++) {
    const leftMs = deadline - clock.now();
    if (leftMs < 1) return { kind: 'refused', error: why };
    let next = after(target);
    try {
      const response = await connect(target).request(request, leftMs);
      switch (response.type) {
        case 'ok':
          return { kind: 'acknowledged', value: response.value ?? null, node: target };
        case 'fail':
          return { kind: 'refused', error: response.error };
        case 'info':
          return { kind: 'unknown', error: response.error };
        case 'redirect':
          why = response.leader === null ? `${target} knows no leader` : `${target} says to ask ${response.leader}`;
          if (response.leader !== null && response.leader !== target) next = response.leader;
      }
    } catch (thrown) {
      if (!(thrown instanceof NoAnswer)) throw thrown;
      if (thrown.sent) return { kind: 'unknown', error: thrown.message };
      why = `${target}: ${thrown.message}`;
    }
    if (only !== null) return { kind: 'refused', error: why };
    target = next;
    if (asked % stage.ids.length === 0) await clock.sleep(backoffMs);
  }
}
