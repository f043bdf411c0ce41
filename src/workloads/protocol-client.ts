/**
 * A client of the bundled protocols: follows leader hints, retries under a session, and never calls an operation
 * failed that may have happened.
 *
 * - Refused before it was sent, redirected, or turned away: it did not happen here; try another node.
 * - A timeout or a lost connection after sending: nobody knows. The same command, with the same session and sequence,
 *   is sent again elsewhere: the protocol promises to apply it once (Ongaro's thesis, section 6.3). A system that does
 *   not know `open-session` makes no such promise, and its commands are never sent again while in doubt.
 * - Out of time: `info` if any attempt is in doubt, else `fail`.
 */

import type { NodeId, Request, Response } from '../../systems/protocol.ts';
import type { Cluster, Connection } from '../cluster/cluster.ts';
import { NoAnswer } from '../cluster/cluster.ts';
import type { Json } from '../history/operation.ts';
import type { Client, Completion } from './workload.ts';

export interface ProtocolClientOptions {
  /** How long one attempt at one node may take. */
  readonly attemptMs: number;
  /** How long an operation may take over all attempts. */
  readonly operationMs: number;
  /** Pause after a round in which no node knew a leader. */
  readonly backoffMs: number;
}

export const clientDefaults: ProtocolClientOptions = { attemptMs: 600, operationMs: 2500, backoffMs: 40 };

export interface ProtocolClient {
  /** For requests without effect, which need no session. */
  query(request: Request): Promise<Completion>;
  /** For requests that must take effect once. */
  command(request: Request): Promise<Completion>;
  close(): void;
}

type Answer =
  | { readonly kind: 'response'; readonly response: Exclude<Response, { readonly type: 'redirect' }> }
  | { readonly kind: 'nobody'; readonly error: string };

/** A client bound to `home`: that is where it asks first, and again whenever it is lost. */
export function protocolClient(
  cluster: Pick<Cluster, 'nodes' | 'clock' | 'connect'>,
  home: NodeId,
  options: ProtocolClientOptions = clientDefaults,
): ProtocolClient {
  const { clock, nodes } = cluster;
  const connections = new Map<NodeId, Connection>();
  let target = home;
  /** `none`: the system has no sessions; null: not opened yet. */
  let session: number | 'none' | null = null;
  let sequence = 0;

  const connection = (node: NodeId): Connection => {
    let open = connections.get(node);
    if (open === undefined) connections.set(node, (open = cluster.connect(node)));
    return open;
  };
  const after = (node: NodeId): NodeId => nodes[(nodes.indexOf(node) + 1) % nodes.length] ?? home;

  /**
   * Asks around until somebody answers for good or time runs out; `doubts` collects why it may have happened anyway.
   * What must not be repeated stops at the first doubt.
   */
  const ask = async (request: Request, deadline: number, doubts: string[], repeatable: boolean): Promise<Answer> => {
    let why = 'no node answered';
    for (let attempt = 1; ; attempt++) {
      const left = deadline - clock.now();
      // Less than a millisecond is no time to ask anyone, and may be the rounding of clocks.
      if (left < 1 || (doubts.length > 0 && !repeatable)) return { kind: 'nobody', error: why };
      const asked = target;
      try {
        const response = await connection(asked).request(request, Math.min(options.attemptMs, left));
        switch (response.type) {
          case 'ok':
          case 'fail':
            return { kind: 'response', response };
          case 'info':
            doubts.push(response.error);
            target = after(asked);
            break;
          case 'redirect':
            why = 'no leader';
            target = response.leader !== null && response.leader !== asked ? response.leader : after(asked);
            if (response.leader === null) await clock.sleep(options.backoffMs);
        }
      } catch (thrown) {
        if (!(thrown instanceof NoAnswer)) throw thrown;
        why = thrown.message;
        if (thrown.sent) doubts.push(thrown.message);
        target = after(asked);
      }
      if (attempt % nodes.length === 0) await clock.sleep(options.backoffMs);
    }
  };

  const unanswered = (error: string, doubts: readonly string[], value: Json): Completion => {
    const [doubt] = doubts;
    return doubt === undefined ? { type: 'fail', value, error } : { type: 'info', value, error: doubt };
  };

  /** Null once there is a session, or none to be had; otherwise why not. */
  const openSession = async (deadline: number): Promise<string | null> => {
    const answer = await ask({ f: 'open-session' }, deadline, [], true);
    if (answer.kind === 'nobody') return answer.error;
    const { response } = answer;
    if (response.type === 'ok') session = Number(response.value);
    else if (response.error.startsWith('unknown operation')) session = 'none';
    else return response.error;
    sequence = 0;
    return null;
  };

  return {
    async query(request) {
      const doubts: string[] = [];
      const asked = request.value ?? null;
      const answer = await ask(request, clock.now() + options.operationMs, doubts, true);
      if (answer.kind === 'nobody') return unanswered(answer.error, doubts, asked);
      const { response } = answer;
      if (response.type === 'ok') return { type: 'ok', value: response.value ?? null };
      return { type: response.type, value: asked, error: response.error };
    },
    async command(request) {
      const deadline = clock.now() + options.operationMs;
      const value = request.value ?? null;
      const doubts: string[] = [];
      for (;;) {
        if (session === null) {
          const error = await openSession(deadline);
          if (error !== null) return unanswered(`no session: ${error}`, doubts, value);
        }
        const numbered = typeof session === 'number' ? { ...request, session, sequence: ++sequence } : request;
        const answer = await ask(numbered, deadline, doubts, typeof session === 'number');
        if (answer.kind === 'nobody') return unanswered(answer.error, doubts, value);
        const { response } = answer;
        if (response.type === 'ok') return { type: 'ok', value };
        if (response.error === 'session-expired') {
          session = null;
          if (doubts.length === 0) continue;
        }
        // An earlier attempt may have happened unless the answer is that of the command itself, kept by its session.
        const definite = response.type === 'fail' && (doubts.length === 0 || response.error === 'mismatch');
        return { type: definite ? 'fail' : 'info', value, error: response.error };
      }
    },
    close() {
      for (const open of connections.values()) open.close();
      connections.clear();
    },
  };
}

/** A workload's client of keys: `read` is a query, everything else a command. */
export function keyClient(cluster: Cluster, home: NodeId): Client {
  const client = protocolClient(cluster, home);
  return {
    invoke({ f, key, value }) {
      const request = { f, ...(key === undefined ? {} : { key }), value };
      return f === 'read' ? client.query(request) : client.command(request);
    },
    close: client.close,
  };
}
