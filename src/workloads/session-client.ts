/**
 * A client that is one session of a store with session guarantees: it carries what it has seen, its clock, from node to
 * node, in every request and back in every answer.
 *
 * - A read that gets no answer had no effect and showed nothing: another node is asked.
 * - A write that was refused, or that never reached its node, did not happen: another node is asked.
 * - A write that got no answer may have happened or happen yet, so it is not sent again: `info`.
 * - When nobody is left to ask, or time is up: `fail`.
 */

import type { Json, NodeId, Request } from '../../systems/protocol.ts';
import { NoAnswer, type Cluster, type Connection } from '../cluster/cluster.ts';
import type { Invocation } from '../generator/generator.ts';
import type { Client, Completion } from './workload.ts';

export interface SessionClientOptions {
  /** How long one node may take. */
  readonly attemptMs: number;
  /** How long an operation may take over all nodes. */
  readonly operationMs: number;
  /** Whether another node is asked when one does not serve. Without it the session stays where it is. */
  readonly moves: boolean;
}

type Fields = Readonly<Record<string, Json>>;

/** A session at `home`: the node that it asks when an operation names none. */
export function sessionClient(
  cluster: Pick<Cluster, 'nodes' | 'clock' | 'connect'>,
  home: NodeId,
  { attemptMs, operationMs, moves }: SessionClientOptions,
): Client {
  const { nodes, clock: time } = cluster;
  const connections = new Map<NodeId, Connection>();
  let clock: Readonly<Record<NodeId, number>> = {};

  const connection = (node: NodeId): Connection => {
    let open = connections.get(node);
    if (open === undefined) connections.set(node, (open = cluster.connect(node)));
    return open;
  };
  const route = (first: NodeId): readonly NodeId[] => {
    const at = nodes.indexOf(first);
    return moves ? [first, ...nodes.slice(at + 1), ...nodes.slice(0, Math.max(0, at))] : [first];
  };

  /** What became of it at `node`, or why it did not happen there. */
  const ask = async (node: NodeId, { f, key, value }: Invocation, timeoutMs: number): Promise<Completion | string> => {
    const reads = f === 'read';
    const request: Request = { f, ...(key === undefined ? {} : { key }), value: reads ? { clock } : { value, clock } };
    try {
      const response = await connection(node).request(request, timeoutMs);
      switch (response.type) {
        case 'ok': {
          const answer = fieldsOf(response.value);
          clock = grown(clock, fieldsOf(answer['clock']));
          return { type: 'ok', value: reads ? (answer['value'] ?? null) : value, node };
        }
        case 'fail':
          return response.error;
        case 'info':
          return reads ? response.error : { type: 'info', value, error: response.error, node };
        case 'redirect':
          return 'sent elsewhere';
      }
    } catch (thrown) {
      if (!(thrown instanceof NoAnswer)) throw thrown;
      return reads || !thrown.sent ? thrown.message : { type: 'info', value, error: thrown.message, node };
    }
  };

  return {
    async invoke(operation) {
      const deadline = time.now() + operationMs;
      let why = 'no node answered';
      for (const node of route(operation.node ?? home)) {
        const leftMs = deadline - time.now();
        if (leftMs < 1) break;
        const outcome = await ask(node, operation, Math.min(attemptMs, leftMs));
        if (typeof outcome !== 'string') return outcome;
        why = outcome;
      }
      return { type: 'fail', value: operation.value, error: why };
    },
    close() {
      for (const open of connections.values()) open.close();
      connections.clear();
    },
  };
}

function fieldsOf(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** `clock` with everything that `seen` counts, too. */
function grown(clock: Readonly<Record<NodeId, number>>, seen: Fields): Readonly<Record<NodeId, number>> {
  const news = Object.entries(seen).filter(([node, count]) => Number(count) > (clock[node] ?? 0));
  return { ...clock, ...Object.fromEntries(news.map(([node, count]) => [node, Number(count)])) };
}
