import { describe, expect, it } from 'vitest';
import type { Request, Response } from '../../systems/protocol.ts';
import { NoAnswer, type Cluster } from '../../src/cluster/cluster.ts';
import { atTime, initialContext, withBusy } from '../../src/generator/context.ts';
import type { Context, Generator, Invocation } from '../../src/generator/generator.ts';
import { recorder } from '../../src/runner/recorder.ts';
import { finalReadsEverywhere } from '../../src/workloads/final-reads.ts';
import { kvFixedSessions, kvSessions } from '../../src/workloads/kv-sessions.ts';
import { sessionClient } from '../../src/workloads/session-client.ts';

const nodes = ['n1', 'n2', 'n3'];
const concurrency = 6;
const idle = initialContext(concurrency, 1);

/** The first `count` operations when every thread is always free; sleeps are left out. */
function take(generator: Generator, count: number, context: Context = idle): readonly Invocation[] {
  return withSleeps(generator, count, context).filter(({ type }) => type === 'invoke');
}

/** The first `count` operations with the sleeps between them, which don't count. */
function withSleeps(generator: Generator, count: number, context: Context = idle): readonly Invocation[] {
  const all: Invocation[] = [];
  let left = count;
  let rest: Generator | null = generator;
  while (rest !== null && left > 0) {
    const step = rest.next(context);
    if (step.kind !== 'operation') break;
    all.push(step.operation);
    if (step.operation.type === 'invoke') left--;
    rest = step.rest;
  }
  return all;
}

const homeOf = ({ process }: Invocation): string | undefined => nodes[Number(process) % nodes.length];

describe('the operations of sessions', () => {
  const options = { seed: 7, concurrency, nodes };
  const moving = take(kvSessions.generator(options), 3000);
  const fixed = take(kvFixedSessions.generator(options), 3000);

  it('write every value once', () => {
    const written = moving.flatMap(({ f, value }) => (f === 'write' ? [value] : []));
    expect(new Set(written).size).toBe(written.length);
    expect(written.length / moving.length).toBeCloseTo(0.45, 1);
  });

  it('go to few keys at a time, and to many in the end', () => {
    expect(new Set(moving.slice(0, 200).map(({ key }) => key)).size).toBeLessThan(8);
    expect(new Set(moving.map(({ key }) => key)).size).toBeGreaterThan(20);
  });

  it('come in bursts of one process, and every process has its turn', () => {
    const changes = moving.filter(({ process }, i) => i > 0 && process !== moving[i - 1]?.process).length;
    expect(changes).toBeLessThan(moving.length / 6);
    expect(new Set(moving.map(({ process }) => process)).size).toBe(concurrency);
  });

  it('move to every other node about a third of the time, or never', () => {
    const away = moving.filter((operation) => operation.node !== homeOf(operation));
    expect(away.length / moving.length).toBeCloseTo(0.35, 1);
    expect(new Set(away.map((operation) => `${homeOf(operation)} ${operation.node}`)).size).toBe(6);
    expect(fixed.every((operation) => operation.node === homeOf(operation))).toBe(true);
  });

  it('are done by whoever is free when the one whose turn it is is not', () => {
    const busy = [0, 1, 2, 4, 5].reduce((context, thread) => withBusy(context, 0, thread), idle);
    expect(new Set(take(kvSessions.generator(options), 50, busy).map(({ process }) => process))).toEqual(new Set([3]));
    expect(kvSessions.generator(options).next(withBusy(busy, 0, 3)).kind).toBe('pending');
  });
});

describe('the final reads', () => {
  it('read every key at every node, at once, soon, and twice after some quiet, by a process that is at home there', () => {
    const all = withSleeps(finalReadsEverywhere(nodes, ['x', 'y']), 100);
    const reads = all.filter(({ type }) => type === 'invoke');
    expect(reads).toHaveLength(24);
    for (const begin of [0, 6, 12, 18]) {
      expect(new Set(reads.slice(begin, begin + 6).map(({ node, key }) => `${node} ${key}`)).size).toBe(6);
    }
    // By how many reads come before them; every thread sleeps.
    const readsBefore = (i: number): number => all.slice(0, i).filter(({ type }) => type === 'invoke').length;
    const sleeps = all.flatMap(({ type, value }, i) => (type === 'sleep' ? [[readsBefore(i), value] as const] : []));
    expect([...new Map(sleeps)]).toEqual([
      [6, 0.5],
      [12, 1.5],
    ]);
    expect(reads.every((operation) => operation.node === homeOf(operation) && operation.f === 'read')).toBe(true);
  });

  it('wait for a busy process, and leave out nodes where nobody is at home', () => {
    const two = atTime(initialContext(2, 1), 0);
    expect(new Set(take(finalReadsEverywhere(nodes, ['x']), 100, two).map(({ node }) => node))).toEqual(
      new Set(['n1', 'n2']),
    );
  });
});

type Answer = Response | NoAnswer;

/** A session at n1 of a cluster of three that answers as `script` says. */
function scripted(script: (node: string, request: Request) => Answer, moves = true) {
  const asked: { readonly node: string; readonly request: Request }[] = [];
  let now = 0;
  const cluster = {
    nodes,
    clock: { now: () => now, after: () => () => undefined, sleep: () => Promise.resolve() },
    connect: (node: string) => ({
      node,
      request(request: Request, timeoutMs: number) {
        asked.push({ node, request });
        const answer = script(node, request);
        now += answer instanceof NoAnswer && answer.sent ? timeoutMs : 1;
        return answer instanceof NoAnswer ? Promise.reject(answer) : Promise.resolve(answer);
      },
      close: () => undefined,
    }),
  } satisfies Pick<Cluster, 'nodes' | 'clock' | 'connect'>;
  const client = sessionClient(cluster, 'n1', { attemptMs: 100, operationMs: 250, moves });
  const of = { type: 'invoke', process: 0, time: 0, key: 'x' } as const;
  return {
    asked,
    read: (node?: string) => client.invoke({ ...of, f: 'read', value: null, ...(node === undefined ? {} : { node }) }),
    write: (value: number, node = 'n1') => client.invoke({ ...of, f: 'write', value, node }),
  };
}

const shows = (value: number, clock: Readonly<Record<string, number>>): Answer => ({
  type: 'ok',
  value: { value, clock },
});
const refused = new NoAnswer('connection refused', false);
const lost = new NoAnswer('connection lost', true);
const behind: Answer = { type: 'fail', error: 'behind' };

describe('a session', () => {
  it('takes along what it has seen, and forgets none of it', async () => {
    const { read, write, asked } = scripted((node) => shows(5, node === 'n1' ? { n1: 3, n2: 1 } : { n2: 2 }));
    expect(await read()).toEqual({ type: 'ok', value: 5, node: 'n1' });
    await read('n2');
    expect(await write(7, 'n3')).toEqual({ type: 'ok', value: 7, node: 'n3' });
    expect(asked.map(({ request }) => request.value)).toEqual([
      { clock: {} },
      { clock: { n1: 3, n2: 1 } },
      { value: 7, clock: { n1: 3, n2: 2 } },
    ]);
  });

  it('reads elsewhere when a node does not answer or is behind, and says where', async () => {
    const { read, asked } = scripted((node) => (node === 'n2' ? lost : node === 'n3' ? behind : shows(1, {})));
    expect(await read('n2')).toEqual({ type: 'ok', value: 1, node: 'n1' });
    expect(asked.map(({ node }) => node)).toEqual(['n2', 'n3', 'n1']);
  });

  it('writes elsewhere when a node is down or refuses', async () => {
    const { write } = scripted((node) => (node === 'n1' ? refused : node === 'n2' ? behind : shows(0, {})));
    expect(await write(1)).toEqual({ type: 'ok', value: 1, node: 'n3' });
  });

  it('does not send a write again that may have happened', async () => {
    const { write, asked } = scripted(() => lost);
    expect(await write(1)).toMatchObject({ type: 'info', value: 1, error: 'connection lost' });
    expect(asked).toHaveLength(1);
  });

  it('has failed when every node refused, and gives up in time', async () => {
    expect(await scripted(() => behind).write(1)).toEqual({ type: 'fail', value: 1, error: 'behind' });
    const { read, asked } = scripted(() => lost);
    expect(await read()).toMatchObject({ type: 'fail', error: 'connection lost' });
    expect(asked).toHaveLength(3);
  });

  it('that stays where it is asks nobody else', async () => {
    const { read, asked } = scripted(() => behind, false);
    expect(await read()).toMatchObject({ type: 'fail' });
    expect(asked.map(({ node }) => node)).toEqual(['n1']);
  });
});

it('the history names the node that was asked, and in the end the one that answered', () => {
  const record = recorder(() => undefined);
  const begin = (operation: Partial<Invocation>) =>
    record.invoke({ type: 'invoke', process: 0, time: 0, f: 'read', key: 'x', value: null, ...operation }, 0, 'n1');
  const named = begin({ node: 'n2' });
  record.complete(named, { type: 'ok', value: 1, node: 'n3' }, 1);
  record.complete(begin({}), { type: 'ok', value: 1 }, 2);
  expect(record.history.map(({ node }) => node)).toEqual(['n2', 'n3', 'n1', 'n1']);
});
