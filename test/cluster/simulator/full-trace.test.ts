import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/cluster/cluster.ts';
import { simulatedCluster } from '../../../src/cluster/simulator/cluster.ts';
import { system as chatter } from './chatter.ts';

const nodes = ['n1', 'n2', 'n3'];

async function traced(trace: 'full' | 'state') {
  const cluster = simulatedCluster({
    deployment: { system: chatter, module: '', mutant: null, settings: {} },
    runId: 'test',
    nodes,
    seed: 3,
    directory: null,
    simulator: { trace },
  });
  const events: NodeEvent[] = [];
  cluster.onEvent((event) => events.push(event));
  const askedAt: number[] = [];
  const answeredAt: number[] = [];
  await cluster.drive(async () => {
    await cluster.start();
    const connection = cluster.connect('n1', 'a client');
    askedAt.push(cluster.clock.now());
    await connection.request({ f: 'sum' }, 100);
    answeredAt.push(cluster.clock.now());
    await cluster.clock.sleep(200);
    await cluster.faults.cut([['n1', 'n2']]);
    await cluster.clock.sleep(200);
    await cluster.faults.kill('n1');
    askedAt.push(cluster.clock.now());
    await connection.request({ f: 'sum' }, 100).catch(() => null);
  });
  return { events, askedAt, answeredAt, hash: cluster.hash() };
}

describe('a full trace', () => {
  it('says what a client asked and was answered, and for how long each was on its way', async () => {
    const { events, askedAt, answeredAt } = await traced('full');
    const told = events.filter(({ kind }) => kind === 'request' || kind === 'reply' || kind === 'refuse');
    expect(told.map(({ kind, node, name }) => [kind, node, name])).toEqual([
      ['request', 'n1', 'a client'],
      ['reply', 'n1', 'a client'],
      ['refuse', 'n1', 'a client'],
    ]);
    const [request, reply, refusal] = told.map(({ at, detail }) => {
      return { at, ...(detail as { readonly body: Readonly<Record<string, unknown>>; readonly latencyMs: number }) };
    });
    expect([request?.body['f'], reply?.body['type'], refusal?.body['f']]).toEqual(['sum', 'ok', 'sum']);
    expect((request?.at ?? 0) - (request?.latencyMs ?? 0)).toBeCloseTo(askedAt[0] ?? NaN, 6);
    expect((reply?.at ?? 0) + (reply?.latencyMs ?? 0)).toBeCloseTo(answeredAt[0] ?? NaN, 6);
    expect((refusal?.at ?? 0) - (refusal?.latencyMs ?? 0)).toBeCloseTo(askedAt[1] ?? NaN, 6);
  });

  it('has a send before each delivery and each loss of a message', async () => {
    const { events } = await traced('full');
    const open = new Map<string, number>();
    let lost = 0;
    for (const { kind, node, name, detail } of events) {
      const [from, to] = kind === 'deliver' ? [name, node] : [node, name];
      const key = JSON.stringify([from, to, detail]);
      const waiting = open.get(key) ?? 0;
      if (kind === 'send') open.set(key, waiting + 1);
      if (kind !== 'deliver' && kind !== 'drop') continue;
      expect(waiting).toBeGreaterThan(0);
      open.set(key, waiting - 1);
      if (kind === 'drop') lost++;
    }
    expect(lost).toBeGreaterThan(3);
  });

  it('changes nothing of what happens, and is not there unless asked for', async () => {
    const [full, state] = [await traced('full'), await traced('state')];
    expect(full.hash).toBe(state.hash);
    const kinds = new Set(state.events.map(({ kind }) => kind));
    for (const kind of ['send', 'deliver', 'drop', 'request', 'reply', 'refuse', 'gauge'] as const) {
      expect(kinds.has(kind)).toBe(false);
    }
  });
});
