import { describe, expect, it } from 'vitest';
import { callsAround, lanes } from '../../reports/lanes.ts';
import { pairs } from '../../src/history/pairs.ts';
import type { Operation } from '../../src/history/operation.ts';

const entries: readonly Omit<Operation, 'index'>[] = [
  { process: 0, type: 'invoke', f: 'write', value: 7, time: 0, node: 'n1' },
  { process: 1, type: 'invoke', f: 'write', value: 9, time: 1e6, node: 'n2' },
  { process: 0, type: 'ok', f: 'write', value: 7, time: 2e6, node: 'n1' },
  { process: 1, type: 'info', f: 'write', value: 9, error: 'timeout', time: 900e6, node: 'n2' },
  { process: 2, type: 'invoke', f: 'cas', value: [3, 4], time: 901e6, node: 'n1' },
  { process: 2, type: 'fail', f: 'cas', value: [3, 4], error: 'mismatch', time: 902e6, node: 'n1' },
  { process: 0, type: 'invoke', f: 'read', value: null, time: 30_000e6, node: 'n1' },
  { process: 0, type: 'ok', f: 'read', value: 3, time: 30_001e6, node: 'n1' },
];
const history = entries.map((entry, index): Operation => ({ index, ...entry }));
const around = () => {
  const { shown, failed } = callsAround(history, pairs(history), 6, [0, 1, 4]);
  if (failed === null) throw new Error('the read is there');
  return { shown, failed };
};

/** The bars by label: where each begins, and its class. */
function bars(markup: string): Map<string, { kind: string; from: number; to: number }> {
  const found = [...markup.matchAll(/<g class="bar (\w+)"\s*>.*?<\/title\s*>(.*?)<text[^>]*>([^<]*)<\/text/gs)];
  return new Map(
    found.map(([, kind = '', shape = '', label = '']) => {
      const rect = /x="([\d.]+)".*?width="([\d.]+)"/s.exec(shape);
      const path = /M([\d.]+) \d+H([\d.]+)/.exec(shape);
      const from = Number(rect?.[1] ?? path?.[2]);
      return [label, { kind, from, to: rect === null ? Number(path?.[1]) : from + Number(rect[2]) }];
    }),
  );
}

describe('lanes', () => {
  it('label each operation, and mark the failed one, the unknown and the refused one', () => {
    const { shown, failed } = around();
    const all = bars(lanes(shown, failed, []).drawing.markup);
    expect([...all].map(([label, { kind }]) => [label, kind])).toEqual([
      ['write 7', 'ok'],
      ['✗ read → 3', 'failed'],
      ['? write 9', 'info'],
      ['⊘ cas 3→4', 'fail'],
    ]);
  });

  it('keep the order of events, and leave what has no answer open to the end', () => {
    const { shown, failed } = around();
    const { drawing } = lanes(shown, failed, []);
    const all = bars(drawing.markup);
    const [write, open, cas, read] = ['write 7', '? write 9', '⊘ cas 3→4', '✗ read → 3'].map((label) => all.get(label));
    expect(open?.from).toBeGreaterThan(write?.from ?? 0);
    expect(open?.from).toBeLessThan(write?.to ?? 0);
    expect(cas?.from).toBeGreaterThan(write?.to ?? 0);
    expect(read?.from).toBeGreaterThan(cas?.to ?? 0);
    expect(open?.to).toBeGreaterThan(read?.to ?? 0);
  });

  it('leave room for every label', () => {
    const { shown, failed } = around();
    const all = bars(lanes(shown, failed, []).drawing.markup);
    expect(all.size).toBe(4);
    for (const [label, { from, to }] of all) {
      expect(to - from).toBeGreaterThan(label.length * 7.3);
    }
  });

  it('stay readable across gaps of half a minute', () => {
    const { shown, failed } = around();
    const width = Number(/width="(\d+)"/.exec(lanes(shown, failed, []).drawing.markup)?.[1]);
    expect(width).toBeLessThan(900);
  });

  it('name every process and its node, and the faults in force', () => {
    const { shown, failed } = around();
    const fault = { label: 'kill one', colour: '#d0504b', fromNs: 0, toNs: 1e9 };
    const { names, drawing } = lanes(shown, failed, [fault]);
    for (const name of ['process 0', 'process 1', 'process 2', 'at n1', 'at n2', 'kill one']) {
      expect(names.markup).toContain(name);
    }
    expect(drawing.markup).toContain('fill="#d0504b"');
  });

  it('leave out operations that the history does not have', () => {
    const { shown, failed } = callsAround(history, pairs(history), 99, [0, 1234]);
    expect([shown.length, failed]).toEqual([1, null]);
  });
});
