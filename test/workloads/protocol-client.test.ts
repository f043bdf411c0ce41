import { describe, expect, it } from 'vitest';
import type { Request, Response } from '../../systems/protocol.ts';
import { NoAnswer, type Cluster } from '../../src/cluster/cluster.ts';
import { protocolClient } from '../../src/workloads/protocol-client.ts';

type Answer = Response | NoAnswer;

/** A cluster of three that answers as `script` says, on a clock that moves by a millisecond a request. */
function scripted(script: (node: string, request: Request, call: number) => Answer) {
  const asked: { readonly node: string; readonly request: Request }[] = [];
  let now = 0;
  const cluster = {
    nodes: ['n1', 'n2', 'n3'],
    clock: {
      now: () => now,
      after: () => () => undefined,
      sleep: (ms: number) => {
        now += ms;
        return Promise.resolve();
      },
    },
    connect: (node: string) => ({
      node,
      request(request: Request, timeoutMs: number) {
        asked.push({ node, request });
        const answer = script(node, request, asked.length);
        now += answer instanceof NoAnswer && answer.sent ? timeoutMs : 1;
        return answer instanceof NoAnswer ? Promise.reject(answer) : Promise.resolve(answer);
      },
      close: () => undefined,
    }),
  } satisfies Pick<Cluster, 'nodes' | 'clock' | 'connect'>;
  const client = protocolClient(cluster, 'n1', { attemptMs: 100, operationMs: 1000, backoffMs: 10 });
  return { client, asked };
}

const ok: Answer = { type: 'ok' };
const opened: Answer = { type: 'ok', value: 7 };
const refused = new NoAnswer('connection refused', false);
const lost = new NoAnswer('connection lost', true);
const write: Request = { f: 'write', key: 'x', value: 1 };
const isOpen = ({ f }: Request): boolean => f === 'open-session';

describe('a query', () => {
  it('follows the hint of a node that does not lead, and asks the leader first the next time', async () => {
    const { client, asked } = scripted((node) =>
      node === 'n3' ? { type: 'ok', value: 5 } : { type: 'redirect', leader: 'n3' },
    );
    expect(await client.query({ f: 'read', key: 'x' })).toEqual({ type: 'ok', value: 5 });
    await client.query({ f: 'read', key: 'x' });
    expect(asked.map(({ node }) => node)).toEqual(['n1', 'n3', 'n3']);
  });

  it('fails when every node refused it: it was never sent', async () => {
    const { client } = scripted(() => refused);
    expect(await client.query({ f: 'read', key: 'x' })).toMatchObject({ type: 'fail', error: 'connection refused' });
  });

  it('is in doubt after a timeout that no later attempt cleared up', async () => {
    const { client } = scripted((_node, _request, call) => (call === 1 ? lost : refused));
    expect(await client.query({ f: 'read', key: 'x' })).toMatchObject({ type: 'info', error: 'connection lost' });
  });
});

describe('a command', () => {
  it('is sent again with the same session and sequence after a lost connection', async () => {
    const { client, asked } = scripted((node, request) => (isOpen(request) ? opened : node === 'n1' ? lost : ok));
    expect(await client.command(write)).toEqual({ type: 'ok', value: 1 });
    expect(asked.slice(1)).toEqual([
      { node: 'n1', request: { ...write, session: 7, sequence: 1 } },
      { node: 'n2', request: { ...write, session: 7, sequence: 1 } },
    ]);
    await client.command(write);
    expect(asked.at(-1)?.request).toMatchObject({ session: 7, sequence: 2 });
  });

  it('is in doubt, not failed, when it was turned away after an attempt that may have happened', async () => {
    const { client } = scripted((node, request) =>
      isOpen(request) ? opened : node === 'n1' ? lost : { type: 'fail', error: 'overloaded' },
    );
    expect(await client.command(write)).toMatchObject({ type: 'info' });
  });

  it('has failed when it was turned away and nothing is in doubt', async () => {
    const { client } = scripted((_node, request) => (isOpen(request) ? opened : { type: 'fail', error: 'overloaded' }));
    expect(await client.command(write)).toMatchObject({ type: 'fail', error: 'overloaded' });
  });

  it('takes a mismatch for final even after a doubt: the session keeps the answer of the one time it applied', async () => {
    const { client } = scripted((node, request) =>
      isOpen(request) ? opened : node === 'n1' ? lost : { type: 'fail', error: 'mismatch' },
    );
    expect(await client.command({ f: 'cas', key: 'x', value: [1, 2] })).toMatchObject({
      type: 'fail',
      error: 'mismatch',
    });
  });

  it('opens a new session when its own has expired', async () => {
    let sessions = 0;
    const { client, asked } = scripted((_node, request) => {
      if (isOpen(request)) return { type: 'ok', value: ++sessions };
      return request.session === 1 ? { type: 'fail', error: 'session-expired' } : ok;
    });
    expect(await client.command(write)).toMatchObject({ type: 'ok' });
    expect(asked.map(({ request }) => request.session)).toEqual([undefined, 1, undefined, 2]);
  });

  it('is never sent twice to a system without sessions', async () => {
    const { client, asked } = scripted((_node, request) =>
      isOpen(request) ? { type: 'fail', error: 'unknown operation open-session' } : lost,
    );
    expect(await client.command(write)).toMatchObject({ type: 'info', error: 'connection lost' });
    expect(asked).toHaveLength(2);
    expect(asked[1]?.request).toEqual(write);
  });

  it('gives up in time however nodes send it around', async () => {
    const { client, asked } = scripted((node) => ({ type: 'redirect', leader: node === 'n1' ? 'n2' : 'n1' }));
    expect(await client.command(write)).toMatchObject({ type: 'fail', error: 'no session: no leader' });
    expect(asked.length).toBeLessThan(1000);
  });
});
