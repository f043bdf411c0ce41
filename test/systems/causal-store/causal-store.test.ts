import { describe, expect, it } from 'vitest';
import type { Write } from '../../../systems/causal-store/messages.ts';
import { alone, read, sent, write, writes } from './alone.ts';

const b1 = sent('b', { b: 1 }, 1, 'x', 'b1');
const b2 = sent('b', { b: 2 }, 2, 'x', 'b2');
/** After b's first write. */
const c1 = sent('c', { b: 1, c: 1 }, 2, 'y', 'c1');

describe('a write', () => {
  it('is answered, seen and sent only when it is durable', () => {
    const node = alone();
    const id = node.request(write('x', 1));
    expect(node.response(id)).toBeUndefined();
    expect(node.value('x')).toBeNull();
    const out = node.settle();
    expect(node.response(id)).toEqual({ type: 'ok', value: { clock: { a: 1 } } });
    expect(node.value('x')).toBe(1);
    const message = writes(sent('a', { a: 1 }, 1, 'x', 1));
    expect(out).toEqual([
      { to: 'b', message },
      { to: 'c', message },
    ]);
  });

  it('that comes while the disk is busy is durable only after the next sync, with all that came meanwhile', () => {
    const node = alone();
    const [first, second, third] = ['first', 'second', 'third'].map((value) => node.request(write('x', value)));
    expect(node.synced()[0]?.message).toMatchObject({ writes: [{ value: 'first' }] });
    expect(node.response(first ?? 0)).toMatchObject({ type: 'ok' });
    expect(node.response(second ?? 0)).toBeUndefined();
    expect(node.value('x')).toBe('first');
    expect(node.synced()[0]?.message).toMatchObject({ writes: [{ value: 'second' }, { value: 'third' }] });
    expect(node.response(third ?? 0)).toMatchObject({ type: 'ok' });
  });

  it('comes after all that its node had taken', () => {
    const node = alone();
    node.receive('b', writes(b1));
    node.request(write('y', 1));
    const [first] = node.settle();
    expect(first?.message).toEqual(writes(sent('a', { a: 1, b: 1 }, 2, 'y', 1)));
  });

  it('is numbered once: a node that restarts goes on from what was durable', () => {
    for (const kept of [0, 1]) {
      const node = alone();
      node.ask(write('x', 'first'));
      node.request(write('x', 'second'));
      const again = alone({ image: node.crash(kept) });
      expect(again.value('x')).toBe(kept === 0 ? 'first' : 'second');
      expect(again.ask(write('x', 'third'))).toEqual({ type: 'ok', value: { clock: { a: 2 + kept } } });
    }
  });

  it('of a request that makes no sense is refused in words', () => {
    const node = alone();
    const error = (request: Parameters<typeof node.ask>[0]) => node.ask(request);
    expect(error({ f: 'cas', key: 'x', value: [1, 2] })).toEqual({ type: 'fail', error: 'unknown operation cas' });
    expect(error({ f: 'read' })).toEqual({ type: 'fail', error: 'read needs a key' });
    expect(error({ f: 'write', key: 'x', value: { clock: {} } })).toMatchObject({ type: 'fail' });
    expect(error({ f: 'read', key: 'x', value: { clock: { z: 1 } } })).toMatchObject({ type: 'fail' });
    expect(error({ f: 'read', key: 'x', value: { clock: { b: 0.5 } } })).toMatchObject({ type: 'fail' });
  });
});

describe('delivery', () => {
  it('waits for what the write comes after', () => {
    const node = alone();
    node.receive('c', writes(c1));
    node.settle();
    expect(node.value('y')).toBeNull();
    node.receive('b', writes(b1));
    node.settle();
    expect(node.value('y')).toBe('c1');
    expect(node.value('x')).toBe('b1');
  });

  it('keeps the order of the sender, and takes what comes twice once', () => {
    const node = alone();
    node.receive('b', writes(b2));
    node.receive('b', writes(b2, b1));
    node.receive('b', writes(b1, b2));
    node.settle();
    expect(node.value('x')).toBe('b2');
    expect(node.passed('received-again')).toBe(true);
    expect(node.ask(read('x'))).toEqual({ type: 'ok', value: { value: 'b2', clock: { b: 2 } } });
  });

  it('drops what there is no room to keep for later, and gets it another time', () => {
    const node = alone({ settings: { maxQueued: 1 } });
    const b3 = sent('b', { b: 3 }, 3, 'x', 'b3');
    node.receive('b', writes(b2, b3));
    node.receive('b', writes(b1));
    node.settle();
    expect(node.value('x')).toBe('b2');
    node.receive('b', writes(b3));
    node.settle();
    expect(node.value('x')).toBe('b3');
  });
});

describe('of concurrent writes of a key', () => {
  const early = sent('b', { b: 1 }, 1, 'x', 'early');
  const late = sent('c', { c: 1 }, 2, 'x', 'late');
  const tied = sent('c', { c: 1 }, 1, 'x', 'tied');

  it.each([
    ['the later in Lamport time wins', early, late, 'late'],
    ['with the same time, that of the greater node', early, tied, 'tied'],
  ] as const)('%s, in whichever order they come', (_, one, other, winner) => {
    for (const order of [
      [one, other],
      [other, one],
    ]) {
      const node = alone();
      for (const each of order) node.receive(each.sender, writes(each));
      node.settle();
      expect(node.value('x')).toBe(winner);
    }
  });

  it('a new one is later than all that its node knows, also after a restart', () => {
    const node = alone();
    node.receive('b', writes(sent('b', { b: 1 }, 70, 'z', 0)));
    node.settle();
    const again = alone({ image: node.crash() });
    again.request(write('x', 1));
    expect(again.settle()[0]?.message).toMatchObject({ writes: [{ time: 71 }] });
  });
});

describe('a session from elsewhere', () => {
  it('is served once its node has what it has seen', () => {
    const node = alone();
    const id = node.request(read('x', { b: 1 }));
    expect(node.response(id)).toBeUndefined();
    node.receive('b', writes(b1));
    node.settle();
    expect(node.response(id)).toEqual({ type: 'ok', value: { value: 'b1', clock: { b: 1 } } });
  });

  it('has its write put after what it has seen', () => {
    const node = alone();
    const id = node.request(write('x', 1, { b: 1 }));
    node.receive('b', writes(b1));
    expect(node.settle()[0]?.message).toEqual(writes(sent('a', { a: 1, b: 1 }, 2, 'x', 1)));
    expect(node.response(id)).toEqual({ type: 'ok', value: { clock: { a: 1, b: 1 } } });
  });

  it('is refused, and its write does not happen, when that takes longer than it may', () => {
    const node = alone({ settings: { waitMs: 100 } });
    const first = node.request(write('y', 1, { b: 1 }));
    node.pass(50);
    const second = node.request(read('x', { b: 1 }));
    node.pass(50);
    expect(node.response(first)).toMatchObject({ type: 'fail', error: expect.stringContaining('behind') as string });
    expect(node.response(second)).toBeUndefined();
    node.pass(50);
    expect(node.response(second)).toMatchObject({ type: 'fail' });
    node.receive('b', writes(b1));
    node.settle();
    expect(node.value('y')).toBeNull();
  });

  it('is refused at once when too many wait', () => {
    const node = alone({ settings: { maxWaiting: 1 } });
    node.request(read('x', { b: 1 }));
    expect(node.ask(read('x', { b: 1 }))).toMatchObject({ type: 'fail' });
  });
});

describe('anti-entropy', () => {
  it('asks each peer in its turn', () => {
    const node = alone({ settings: { gossipMs: 100 } });
    node.receive('b', writes(b1));
    node.settle();
    const message = { type: 'have', vt: { b: 1 } };
    expect(node.pass(400)).toEqual(['b', 'c', 'b', 'c'].map((to) => ({ to, message })));
  });

  it('passes on what a peer lacks, whoever wrote it, in causal order and in pieces', () => {
    const node = alone({ settings: { maxWritesPerMessage: 2 } });
    node.receive('b', writes(b1, b2));
    node.receive('c', writes(c1));
    node.settle();
    const have = (vt: Record<string, number>) => node.receive('c', { type: 'have', vt });
    expect(have({})).toEqual([{ to: 'c', message: { type: 'writes', writes: [b1, b2], more: true } }]);
    expect(have({ b: 2 })).toEqual([{ to: 'c', message: { type: 'writes', writes: [c1], more: false } }]);
    expect(have({ b: 2, c: 1 })).toEqual([]);
  });

  it('passes on nothing that a crash might still take', () => {
    const node = alone();
    node.receive('b', writes(b1));
    expect(node.receive('c', { type: 'have', vt: {} })).toEqual([]);
    node.settle();
    node.receive('b', writes(b2));
    expect(node.receive('c', { type: 'have', vt: {} })).toEqual([{ to: 'c', message: writes(b1) }]);
  });

  it('asks for more as soon as what came is durable', () => {
    const node = alone();
    expect(node.receive('b', { type: 'writes', writes: [b1], more: true })).toEqual([]);
    const again = [{ to: 'b', message: { type: 'have', vt: { b: 1 } } }];
    expect(node.settle()).toEqual(again);
    expect(node.receive('b', { type: 'writes', writes: [b1], more: true })).toEqual(again);
  });
});

describe('the log', () => {
  const full = { compactEvery: 2 };
  const three = [b1, b2, sent('b', { b: 3 }, 3, 'y', 'b3')];

  it('keeps what a peer may lack', () => {
    const node = alone({ settings: full });
    node.receive('b', writes(...three));
    node.settle();
    node.receive('b', { type: 'have', vt: { b: 3 } });
    expect(node.passed('log-cut')).toBe(false);
    expect(node.receive('c', { type: 'have', vt: { b: 1 } })).toMatchObject([{ message: { writes: three.slice(1) } }]);
  });

  it('is cut where all have it, and a restart finds everything nonetheless', () => {
    const node = alone({ settings: full });
    node.receive('b', writes(...three));
    node.settle();
    node.receive('b', { type: 'have', vt: { b: 3 } });
    node.receive('c', { type: 'have', vt: { b: 2 } });
    expect(node.passed('log-cut')).toBe(true);
    // The snapshot and the cut are two writes on their way to the disk; any part of them may be lost.
    for (const kept of [0, 1, 2]) {
      const again = alone({ image: node.crash(kept) });
      expect(again.value('x')).toBe('b2');
      expect(again.value('y')).toBe('b3');
      expect(again.ask(write('x', 1))).toEqual({ type: 'ok', value: { clock: { a: 1, b: 3 } } });
      expect(again.receive('c', { type: 'have', vt: { b: 2 } })[0]?.message).toMatchObject({ writes: [three[2], {}] });
    }
    expect(node.crash(2).logs.get('writes')).toEqual({ first: 2, records: [three[2]] });
  });

  it('that holds too much for others takes no more from clients', () => {
    const node = alone({ settings: { maxRetained: 2 } });
    expect([1, 2, 3].map((value) => node.ask(write('x', value))?.type)).toEqual(['ok', 'ok', 'fail']);
    for (const peer of ['b', 'c']) node.receive(peer, { type: 'have', vt: { a: 1 } });
    expect(node.ask(write('x', 4))?.type).toBe('ok');
  });
});

describe('what must never be', () => {
  it('stops the node', () => {
    const own: Write = sent('a', { a: 1 }, 1, 'x', 1);
    expect(() => alone().receive('b', writes(own))).toThrow('own write 1 came back');
    expect(() => alone().receive('b', { type: 'have', vt: { a: 1 } })).toThrow('b has 1 writes of this node');
  });
});

it('names a setting that does not exist, or makes no sense', () => {
  expect(() => alone({ settings: { gossip: 1 } })).toThrow('no setting "gossip"');
  expect(() => alone({ settings: { gossipMs: 0 } })).toThrow('at least 1');
});
