import { describe, expect, it } from 'vitest';
import { faultIntervals } from '../../reports/faults.ts';
import { targetsOf } from '../../reports/targets.ts';
import type { Json, Operation } from '../../src/history/operation.ts';

type Said = readonly [seconds: number, type: 'invoke' | 'info', f: string, value: Json];
const history = (...said: readonly Said[]): Operation[] =>
  said.map(([s, type, f, value], index) => ({ index, process: 'nemesis', type, f, value, time: s * 1e9 }));
const nodes = ['n1', 'n2', 'n3'];
const begun = (id: number, done: Json = null): Json => ({ id, kind: 'kill', shape: 'one', done });

describe('fault intervals', () => {
  it('last from the first step of the start to the last step of the stop', () => {
    const [fault] = faultIntervals(
      history(
        [1, 'invoke', 'start-kill', { id: 3 }],
        [1.1, 'info', 'start-kill', begun(3, { nodes: ['n2'] })],
        [5, 'invoke', 'stop-kill', { id: 3 }],
        [5.4, 'info', 'stop-kill', { id: 3, kind: 'kill', shape: 'one', evidence: { bit: true, detail: 'gone' } }],
      ),
      nodes,
    );
    expect(fault).toMatchObject({ kind: 'kill', shape: 'one', nodes: ['n2'], fromNs: 1e9, toNs: 5.4e9, ended: true });
    expect(fault).toMatchObject({ bit: true, detail: 'gone' });
  });

  it('that overlap are told apart by their ids', () => {
    const all = faultIntervals(
      history(
        [1, 'invoke', 'start-kill', { id: 1 }],
        [1, 'info', 'start-kill', begun(1)],
        [2, 'invoke', 'start-kill', { id: 2 }],
        [2, 'info', 'start-kill', begun(2)],
        [3, 'info', 'stop-kill', { id: 2 }],
        [4, 'info', 'stop-kill', { id: 1 }],
      ),
      nodes,
    );
    expect(all.map(({ fromNs, toNs }) => [fromNs, toNs])).toEqual([
      [1e9, 4e9],
      [2e9, 3e9],
    ]);
  });

  it('that are never stopped extend to the end, and say so', () => {
    const said = history([1, 'invoke', 'start-kill', { id: 1 }], [1, 'info', 'start-kill', begun(1)]);
    const last: Operation = { index: 2, process: 0, type: 'invoke', f: 'read', value: null, time: 60e9 };
    expect(faultIntervals([...said, last], nodes)).toMatchObject([
      { fromNs: 1e9, toNs: 60e9, ended: false, bit: null },
    ]);
  });

  it('that are still in force end with the healing', () => {
    const all = faultIntervals(
      history(
        [1, 'invoke', 'start-kill', { id: 1 }],
        [1, 'info', 'start-kill', begun(1)],
        [8, 'invoke', 'heal', null],
        [9, 'info', 'heal', {}],
        [20, 'info', 'something', null],
      ),
      nodes,
    );
    expect(all).toMatchObject([{ toNs: 9e9, ended: true }]);
  });

  it('of which the start failed show the error', () => {
    const all = faultIntervals(
      history([1, 'invoke', 'start-kill', { id: 1 }], [1, 'info', 'start-kill', { id: 1, error: 'no permission' }]),
      nodes,
    );
    expect(all).toMatchObject([{ detail: 'no permission' }]);
  });

  it('are not made of values that are no records', () => {
    expect(faultIntervals(history([1, 'info', 'stop-kill', 'what'], [2, 'invoke', 'start', 7]), nodes)).toEqual([]);
    expect(faultIntervals(history([1, 'invoke', 'start-kill', null]), nodes)).toHaveLength(1);
  });

  it('name the sides of a partition, or their nodes', () => {
    const done = { nodes: ['n2'], groups: [['n2'], ['n1', 'n3']], edges: [['n2', 'n1']] };
    const [split] = faultIntervals(history([1, 'invoke', 'start-partition', { id: 1, done }]), nodes);
    const [bare] = faultIntervals(history([1, 'invoke', 'start-kill', { id: 1, done: ['n3', 'n1', 'x'] }]), nodes);
    expect([split, bare].map((fault) => fault && targetsOf(fault))).toEqual(['n2 | n1 n3', 'n1 n3']);
  });
});
