/**
 * A node's HTTP API, for clients, the control node and curl: `POST /request` takes a `Request` and answers with a
 * `Response`; `GET /status`; `POST /clock` takes a `Skew`; `POST /stop` ends the process in good order.
 */

import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import type { Json, Request, Response } from '../../systems/protocol.ts';
import type { Observation, Skew } from '../cluster/faults.ts';
import { messageOf } from '../errors.ts';
import type { Address } from './config.ts';

const maxBodyBytes = 1024 * 1024;

/** What `GET /status` says. */
export interface Status extends Observation {
  readonly node: string;
  readonly pid: number;
  readonly uptimeMs: number;
  /** Messages this node dropped because a queue to a peer was full. */
  readonly queueDrops: number;
}

export interface ApiOptions {
  readonly address: Address;
  /** Calls `answer` at most once, whenever the protocol replies; what it returns is called when the client has gone. */
  readonly onRequest: (request: Request, answer: (response: Response) => void) => () => void;
  readonly status: () => Status;
  readonly onClock: (skew: Skew) => void;
  readonly onStop: () => void;
}

export interface Api {
  /** Takes no more requests; those that are pending may still be answered. */
  drain(): void;
  close(): void;
}

/** A request that makes no sense; the message says what was expected. */
class BadRequest extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Listens; rejects when it can't. */
export async function openApi(options: ApiOptions): Promise<Api> {
  let draining = false;

  const routes: Readonly<Record<string, (body: string, res: ServerResponse) => void>> = {
    'POST /request': (body, res) => {
      const request = parseRequest(parseJson(body));
      if (draining) throw new BadRequest(503, 'this node is stopping');
      const forget = options.onRequest(request, (response) => {
        send(res, 200, response);
      });
      res.on('close', forget);
    },
    'GET /status': (_body, res) => {
      send(res, 200, options.status());
    },
    'POST /clock': (body, res) => {
      options.onClock(parseSkew(parseJson(body)));
      send(res, 200, { ok: true });
    },
    'POST /stop': (_body, res) => {
      send(res, 200, { ok: true });
      options.onStop();
    },
  };
  const paths = Object.keys(routes);

  const handle = (req: IncomingMessage, res: ServerResponse, body: string): void => {
    const path = req.url?.split('?')[0] ?? '';
    const route = routes[`${req.method} ${path}`];
    try {
      if (route === undefined) {
        const known = paths.some((candidate) => candidate.endsWith(` ${path}`));
        throw new BadRequest(known ? 405 : 404, `no ${req.method} ${path} here; there are ${paths.join(', ')}`);
      }
      route(body, res);
    } catch (error) {
      send(res, error instanceof BadRequest ? error.status : 500, { error: messageOf(error) });
    }
  };

  const server = createServer({ noDelay: true }, (req, res) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
    });
    req.on('end', () => {
      if (bytes > maxBodyBytes) send(res, 413, { error: `the body has more than ${maxBodyBytes} bytes` });
      else handle(req, res, chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString());
    });
    // A client that goes away mid-request: its answer, if there will be one, is for nobody.
    req.on('error', () => res.destroy());
    res.on('error', () => res.destroy());
  });
  // The server never closes an idle connection: a request crossing the close would have an unknown outcome.
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;

  const { address } = options;
  if ('socketPath' in address) await rm(address.socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if ('socketPath' in address) server.listen({ path: address.socketPath }, resolve);
    else server.listen({ host: address.host, port: address.port }, resolve);
  });
  return {
    drain() {
      draining = true;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function send(res: ServerResponse, status: number, value: object): void {
  if (res.headersSent || res.destroyed) return;
  const text = `${JSON.stringify(value)}\n`;
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  res.end(text);
}

function parseJson(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch (error) {
    throw new BadRequest(400, `the body is not JSON: ${messageOf(error)}`);
  }
}

const requestShape =
  '{"f": "<name>", "key"?: "<text>", "value"?: <any>, "session"?: <integer>, "sequence"?: <integer>}';

function parseRequest(value: Json): Request {
  const wrong = (what: string) => new BadRequest(400, `${what}; expected ${requestShape}`);
  const { f, key, value: argument, session, sequence, ...others } = fields(value, wrong);
  if (typeof f !== 'string') throw wrong('"f" is not a text');
  if (key !== undefined && typeof key !== 'string') throw wrong('"key" is not a text');
  if (session !== undefined && !Number.isSafeInteger(session)) throw wrong('"session" is not an integer');
  if (sequence !== undefined && !Number.isSafeInteger(sequence)) throw wrong('"sequence" is not an integer');
  const other = Object.keys(others)[0];
  if (other !== undefined) throw wrong(`there is no field "${other}"`);
  return {
    f,
    ...(key === undefined ? {} : { key }),
    ...(argument === undefined ? {} : { value: argument }),
    ...(session === undefined ? {} : { session: Number(session) }),
    ...(sequence === undefined ? {} : { sequence: Number(sequence) }),
  };
}

function parseSkew(value: Json): Skew {
  const wrong = (what: string) =>
    new BadRequest(400, `${what}; expected {"offsetMs": <number>, "rate": <number >= 0>}`);
  const { offsetMs, rate } = fields(value, wrong);
  if (typeof offsetMs !== 'number') throw wrong('"offsetMs" is not a number');
  if (typeof rate !== 'number' || rate < 0) throw wrong('"rate" is not a number >= 0');
  return { offsetMs, rate };
}

function fields(value: Json, wrong: (what: string) => Error): Readonly<Record<string, Json | undefined>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('the body is not an object');
  return value as Readonly<Record<string, Json>>;
}
