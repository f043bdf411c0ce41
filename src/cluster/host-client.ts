/** The control side of a node's HTTP API (`src/node/api.ts`), over TCP or a Unix socket. */

import { Client, type Dispatcher } from 'undici';

import type { NodeId, Response } from '../../systems/protocol.ts';
import { messageOf, RunError } from '../errors.ts';
import type { Address } from '../node/config.ts';
import { type Connection, NoAnswer } from './cluster.ts';
import type { Observation, Skew } from './faults.ts';

/** How long `observeHost` waits, in ms. */
export const observeTimeoutMs = 500;

const skewTimeoutMs = 2_000;
const pollEveryMs = 8;
/** A connect that has not succeeded by then is given up, so that the next request tries afresh. */
const connectTimeoutMs = 1_000;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * A client's line to one node: one socket, kept open between requests and reopened when it broke.
 *
 * `request` rejects with a `NoAnswer` whose `sent` is false only if not a byte of the request left this process (or the
 * node said that it did not take it); with `sent: true` if it may have arrived. A request that the node calls malformed
 * is a RunError: whoever made it is wrong.
 */
export function connectHost(node: NodeId, address: Address): Connection {
  const client = open(address);
  return {
    node,
    async request(request, timeoutMs) {
      const answer = await exchange(client, 'POST', '/request', request, timeoutMs, node);
      if (answer.status === 200) return parseResponse(node, answer.text);
      if (answer.status === 503) throw new NoAnswer(`${node}: ${errorIn(answer)}`, false);
      throw new RunError(`${node} refused ${JSON.stringify(request)}: ${errorIn(answer)}`);
    },
    close() {
      void client.destroy();
    },
  };
}

/** What the node says of itself; null when it does not answer within `observeTimeoutMs`. */
export async function observeHost(address: Address): Promise<Observation | null> {
  try {
    const answer = await once(address, 'GET', '/status', undefined, observeTimeoutMs);
    return answer.status === 200 ? (JSON.parse(answer.text) as Observation) : null;
  } catch {
    return null;
  }
}

/** Sets the node's wall clock. A RunError when the node does not confirm it. */
export async function skewHost(address: Address, skew: Skew): Promise<void> {
  let answer: Answer;
  try {
    answer = await once(address, 'POST', '/clock', skew, skewTimeoutMs);
  } catch (error) {
    throw new RunError(`setting the clock of ${describe(address)}: ${messageOf(error)}`);
  }
  if (answer.status !== 200) throw new RunError(`setting the clock of ${describe(address)}: ${errorIn(answer)}`);
}

/** Polls until the node answers; false when it has not after `timeoutMs`. */
export async function untilAnswers(address: Address, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return false;
    try {
      const answer = await once(address, 'GET', '/status', undefined, Math.min(leftMs, observeTimeoutMs));
      if (answer.status === 200) return true;
    } catch {
      // not yet
    }
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}

function open(address: Address): Client {
  return new Client('socketPath' in address ? 'http://node' : `http://${address.host}:${address.port}`, {
    connect: 'socketPath' in address ? { socketPath: address.socketPath } : { timeout: connectTimeoutMs },
    // The deadline of each request is kept here, where it is known whether it was sent.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 60_000,
    pipelining: 1,
  });
}

async function once(
  address: Address,
  method: Dispatcher.HttpMethod,
  path: string,
  body: unknown,
  timeoutMs: number,
): Promise<Answer> {
  const client = open(address);
  try {
    return await exchange(client, method, path, body, timeoutMs, describe(address));
  } finally {
    void client.destroy();
  }
}

/** One request and its answer. undici says when it starts to write (`onRequestStart`): before that, nothing has left. */
function exchange(
  client: Client,
  method: Dispatcher.HttpMethod,
  path: string,
  body: unknown,
  timeoutMs: number,
  name: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let settled = false;
    let status = 0;
    const chunks: Buffer[] = [];
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      finish();
    };
    const fail = (reason: string) => {
      settle(() => {
        reject(new NoAnswer(`${name}: ${reason}`, controller !== null));
      });
    };
    const timer = setTimeout(() => {
      fail(`no answer within ${Math.round(timeoutMs)} ms`);
      controller?.abort(new Error('timed out'));
    }, timeoutMs);
    client.dispatch(
      {
        method,
        path,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      },
      {
        onRequestStart(started) {
          if (settled) started.abort(new Error('timed out before it was sent'));
          else controller = started;
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          settle(() => {
            resolve({ status, text: Buffer.concat(chunks).toString() });
          });
        },
        onResponseError(_controller, error) {
          fail(reasonOf(error));
        },
      },
    );
  });
}

function reasonOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'connection refused';
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') return 'connection lost';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'connection timed out';
  return error.message;
}

function parseResponse(node: NodeId, text: string): Response {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NoAnswer(`${node}: the answer is not JSON: ${text.slice(0, 200)}`, true);
  }
  if (typeof value === 'object' && value !== null && 'type' in value) return value as Response;
  throw new NoAnswer(`${node}: the answer has no "type": ${text.slice(0, 200)}`, true);
}

function errorIn(answer: Answer): string {
  try {
    const value: unknown = JSON.parse(answer.text);
    if (typeof value === 'object' && value !== null && 'error' in value) return String(value.error);
  } catch {
    // not JSON: its text says it
  }
  return `HTTP ${answer.status} ${answer.text.slice(0, 200)}`.trim();
}

function describe(address: Address): string {
  return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
}
