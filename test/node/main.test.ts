import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { connectHost, observeHost, skewHost, untilAnswers } from '../../src/cluster/host-client.ts';
import { bundleHost } from '../../src/node/bundle.ts';
import type { HostConfig } from '../../src/node/config.ts';

const module = fileURLToPath(new URL('../cluster/probe-system.ts', import.meta.url));
let program: string;
let directory: string;
let socketPath: string;
let children: { child: ChildProcess; lines: () => Record<string, unknown>[]; ended: Promise<number | null> }[] = [];

beforeAll(async () => {
  program = (await bundleHost(module)).path;
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clew-main-'));
  socketPath = join(directory, 'api');
});
afterEach(async () => {
  for (const { child, ended } of children) {
    child.kill('SIGKILL');
    await ended;
  }
  children = [];
  rmSync(directory, { recursive: true, force: true });
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

const launch = async (overrides: Partial<HostConfig> = {}, environment: Record<string, string> = {}) => {
  const config: HostConfig = {
    self: 'n1',
    listen: { host: '127.0.0.1', port: await freePort() },
    peers: {},
    api: { socketPath },
    mutant: null,
    settings: {},
    dataDirectory: directory,
    ...overrides,
  };
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, CLEW_NODE: JSON.stringify(config), ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const lines = () =>
    output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const node = { child, lines, ended };
  children.push(node);
  return node;
};
const answering = async (...args: Parameters<typeof launch>) => {
  const node = await launch(...args);
  expect(await untilAnswers({ socketPath }, 10_000)).toBe(true);
  return node;
};
const ask = async (f: string, key?: string, value?: unknown) => {
  const connection = connectHost('n1', { socketPath });
  try {
    return await connection.request(
      { f, ...(key && { key }), ...(value === undefined ? {} : { value }) } as never,
      2_000,
    );
  } finally {
    connection.close();
  }
};
const http = (method: string, path: string, body?: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, method, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });

describe('the API', () => {
  test('tells what was expected when it is asked wrongly', async () => {
    await answering();
    const wrong: [method: string, path: string, body: string | undefined, status: number, hint: string][] = [
      ['POST', '/request', '{', 400, 'not JSON'],
      ['POST', '/request', '[]', 400, 'not an object'],
      ['POST', '/request', '{"key":"x"}', 400, '\\"f\\" is not a text; expected {'],
      ['POST', '/request', '{"f":"read","key":1}', 400, '\\"key\\" is not a text'],
      ['POST', '/request', '{"f":"read","session":"1"}', 400, '\\"session\\" is not an integer'],
      ['POST', '/request', '{"f":"read","kye":"x"}', 400, 'no field \\"kye\\"'],
      ['POST', '/request', `{"f":"${'x'.repeat(2_000_000)}"}`, 413, 'bytes'],
      ['POST', '/clock', '{"offsetMs":1}', 400, '\\"rate\\" is not a number'],
      ['POST', '/clock', '{"offsetMs":1,"rate":-1}', 400, '>= 0'],
      ['GET', '/request', undefined, 405, 'POST /request'],
      ['GET', '/', undefined, 404, 'GET /status'],
    ];
    for (const [method, path, body, status, hint] of wrong) {
      const answer = await http(method, path, body);
      expect(answer.status, `${method} ${path} ${body?.slice(0, 40)}`).toBe(status);
      expect(answer.body).toContain(hint);
    }
    expect(await ask('answer-twice')).toEqual({ type: 'ok', value: 'first' });
  });

  test('a malformed request is an error of whoever made it, not a lost answer', async () => {
    await answering();
    const connection = connectHost('n1', { socketPath });
    await expect(connection.request({ f: 1 } as never, 1_000)).rejects.toThrow('n1 refused {"f":1}: "f" is not a text');
    connection.close();
  });

  test('sets the clock and shows it', async () => {
    await answering();
    await skewHost({ socketPath }, { offsetMs: 5_000, rate: 1 });
    expect(await observeHost({ socketPath })).toMatchObject({ skewMs: 5_000, heardMs: {}, rttMs: {} });
  });
});

describe('the process', () => {
  test('ends well on SIGTERM', async () => {
    const node = await answering();
    node.child.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    expect(node.lines().at(-1)).toMatchObject({ kind: 'log', name: 'stopped by SIGTERM' });
  });

  test('ends on request, once a sync under way has completed', async () => {
    const node = await answering();
    await ask('write', '-', [['put', 'x', 1]]);
    const post = (path: string, body: string) =>
      `POST ${path} HTTP/1.1\r\nhost: n1\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    // In one piece, so that the node takes up both in the same turn.
    const socket = connect(socketPath).on('error', () => undefined);
    socket.write(post('/request', '{"f":"sync"}') + post('/stop', ''));
    expect(await node.ended).toBe(0);
    socket.destroy();
    expect(node.lines().at(-1)).toMatchObject({ kind: 'log', name: 'stopped by request' });
    await answering();
    expect(await ask('recovered')).toMatchObject({ value: { values: { x: 1 } } });
  });

  test('ends with code 70 and a crash line when the protocol throws', async () => {
    const node = await answering();
    await expect(ask('break', 'rule 7')).rejects.toMatchObject({ name: 'NoAnswer', sent: true });
    expect(await node.ended).toBe(70);
    expect(node.lines().at(-1)).toMatchObject({ kind: 'crash', name: 'broken as asked: rule 7' });
    expect(JSON.stringify(node.lines().at(-1))).toContain('Probe.onRequest');
  });

  test('ends with its input when told to', async () => {
    const node = await answering({}, { CLEW_EXIT_WITH_STDIN: '1' });
    node.child.stdin.end();
    expect(await node.ended).toBe(0);
  });

  test("says why it can't start", async () => {
    const unknown = await launch({ mutant: 'nope' });
    expect(await unknown.ended).toBe(71);
    expect(JSON.stringify(unknown.lines())).toContain('unknown mutant of probe \\"nope\\"');

    const listen = { host: '127.0.0.1', port: await freePort() };
    await answering({ listen });
    const second = await launch({ listen, dataDirectory: mkdtempSync(join(directory, 'second-')) });
    expect(await second.ended).toBe(71);
    expect(JSON.stringify(second.lines())).toContain('EADDRINUSE');
  });

  test('refuses a disk that is corrupt in the middle, and says which byte', async () => {
    const node = await answering();
    for (const value of ['one', 'two']) {
      await ask('write', '-', [['put', value, value]]);
      await ask('sync');
    }
    node.child.kill('SIGKILL');
    await node.ended;
    const path = join(directory, 'wal');
    const content = readFileSync(path);
    content.writeUInt8(content.readUInt8(12) ^ 1, 12);
    writeFileSync(path, content);
    const again = await launch();
    expect(await again.ended).toBe(71);
    expect(JSON.stringify(again.lines())).toContain('is corrupt: the record at byte 0 is damaged');
  });
});

describe('two processes', () => {
  test('find each other again after one was killed, and the other was there first', async () => {
    const [one, two] = [await freePort(), await freePort()];
    const at = (port: number) => ({ host: '127.0.0.1', port });
    const second: Partial<HostConfig> = {
      self: 'n2',
      listen: at(two),
      peers: { n1: at(one) },
      api: { socketPath: join(directory, 'api2') },
      dataDirectory: mkdtempSync(join(directory, 'n2-')),
    };
    await answering({ listen: at(one), peers: { n2: at(two) } });
    for (let round = 0; round < 2; round++) {
      const peer = await launch(second);
      expect(await untilAnswers({ socketPath: join(directory, 'api2') }, 10_000)).toBe(true);
      const marker = `round ${round}`;
      await ask('send', 'n2', marker);
      const connection = connectHost('n2', { socketPath: join(directory, 'api2') });
      await expect
        .poll(async () => JSON.stringify(await connection.request({ f: 'inbox' }, 1_000)), { timeout: 5_000 })
        .toContain(marker);
      connection.close();
      peer.child.kill('SIGKILL');
      await peer.ended;
    }
  });
});
