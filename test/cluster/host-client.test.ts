import { createServer, type Server, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { connectHost, observeHost, skewHost, untilAnswers } from '../../src/cluster/host-client.ts';

let directory: string;
let socketPath: string;
let server: Server | null = null;
const sockets = new Set<Socket>();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clew-client-'));
  socketPath = join(directory, 'api');
});
afterEach(async () => {
  await close();
  rmSync(directory, { recursive: true, force: true });
});

/** A server that does with each request what `behave` says. */
const serve = (behave: (socket: Socket, request: string, ordinal: number) => void): Promise<void> =>
  new Promise((resolve) => {
    let requests = 0;
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        behave(socket, String(chunk), requests++);
      });
    }).listen(socketPath, resolve);
  });
const close = async (): Promise<void> => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  const open = server;
  server = null;
  if (open !== null) await new Promise((resolve) => open.close(resolve));
};
const http = (status: number, body: string) =>
  `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const answerOk = (socket: Socket) => socket.write(http(200, '{"type":"ok"}'));
const outcome = (connection: ReturnType<typeof connectHost>, timeoutMs = 1_000): Promise<unknown> =>
  connection.request({ f: 'x' }, timeoutMs).catch((error: unknown) => error);

test('nobody listens: it was not sent', async () => {
  const connection = connectHost('n1', { socketPath });
  expect(await outcome(connection)).toMatchObject({ name: 'NoAnswer', sent: false, message: 'n1: connection refused' });
  const tcp = connectHost('n1', { host: '127.0.0.1', port: 1 });
  expect(await outcome(tcp)).toMatchObject({ name: 'NoAnswer', sent: false });
  tcp.close();
  connection.close();
});

test('no answer in time: it was sent, and the next request is answered on a fresh line', async () => {
  await serve((socket, _request, ordinal) => {
    if (ordinal > 0) answerOk(socket);
  });
  const connection = connectHost('n1', { socketPath });
  expect(await outcome(connection, 50)).toMatchObject({ name: 'NoAnswer', sent: true });
  expect(await outcome(connection)).toEqual({ type: 'ok' });
  expect(sockets.size).toBe(2);
  connection.close();
});

test('the line breaks after sending: it was sent, even on a line that was used before', async () => {
  await serve((socket, _request, ordinal) => {
    if (ordinal === 0) answerOk(socket);
    else socket.destroy();
  });
  const connection = connectHost('n1', { socketPath });
  expect(await outcome(connection)).toEqual({ type: 'ok' });
  expect(await outcome(connection)).toMatchObject({ name: 'NoAnswer', sent: true, message: 'n1: connection lost' });
  connection.close();
});

test('the line breaks in the middle of the answer: it was sent', async () => {
  await serve((socket) => {
    socket.end(http(200, '{"type":"ok"}').slice(0, -4));
  });
  const connection = connectHost('n1', { socketPath });
  expect(await outcome(connection)).toMatchObject({ name: 'NoAnswer', sent: true });
  connection.close();
});

test('the server went away between two requests: the second was not sent', async () => {
  await serve(answerOk);
  const connection = connectHost('n1', { socketPath });
  expect(await outcome(connection)).toEqual({ type: 'ok' });
  await close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await outcome(connection)).toMatchObject({ name: 'NoAnswer', sent: false });
  connection.close();
});

test('requests of one client share a line', async () => {
  await serve(answerOk);
  const connection = connectHost('n1', { socketPath });
  for (let i = 0; i < 3; i++) await outcome(connection);
  expect(sockets.size).toBe(1);
  connection.close();
});

test('a node that is stopping has not taken the request', async () => {
  await serve((socket) => socket.write(http(503, '{"error":"this node is stopping"}')));
  const connection = connectHost('n1', { socketPath });
  expect(await outcome(connection)).toMatchObject({
    name: 'NoAnswer',
    sent: false,
    message: 'n1: this node is stopping',
  });
  connection.close();
});

test('an answer that is none leaves the outcome open', async () => {
  for (const body of ['<html>', '{}', 'null']) {
    await serve((socket) => socket.write(http(200, body)));
    const connection = connectHost('n1', { socketPath });
    expect(await outcome(connection)).toMatchObject({ name: 'NoAnswer', sent: true });
    connection.close();
    await close();
  }
});

test('an observation is what the node says, or null', async () => {
  expect(await observeHost({ socketPath })).toBeNull();
  await serve((socket) => socket.write(http(200, '{"incarnation":"i1"}')));
  expect(await observeHost({ socketPath })).toEqual({ incarnation: 'i1' });
});

test('a clock that was not set is an error that says so', async () => {
  await expect(skewHost({ socketPath }, { offsetMs: 1, rate: 1 })).rejects.toThrow('setting the clock of');
  await serve((socket) => socket.write(http(400, '{"error":"no such rate"}')));
  await expect(skewHost({ socketPath }, { offsetMs: 1, rate: -1 })).rejects.toThrow('no such rate');
});

test('waiting for an answer ends with the first, or in time', async () => {
  expect(await untilAnswers({ socketPath }, 30)).toBe(false);
  const waiting = untilAnswers({ socketPath }, 5_000);
  await serve((socket) => socket.write(http(200, '{}')));
  expect(await waiting).toBe(true);
});
