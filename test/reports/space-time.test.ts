import { describe, expect, it } from 'vitest';
import { diagramOf, type Told } from '../../reports/space-time/diagram.ts';
import { edgesInWords, faultInWords } from '../../reports/space-time/faults.ts';
import { wrap } from '../../reports/space-time/labels.ts';
import { gap, layoutOf } from '../../reports/space-time/layout.ts';
import { messagesOf } from '../../reports/space-time/messages.ts';
import { notesOf, stretchesOf } from '../../reports/space-time/nodes.ts';
import { uneventful, vainRequests } from '../../reports/space-time/repeats.ts';
import type { Json } from '../../src/history/operation.ts';
import type { TraceRecord } from '../../src/store/run.ts';

/** `at` in ms. */
const record = (at: number, node: string, kind: string, name: string, detail?: Json): TraceRecord => {
  return { time: at * 1e6, node, kind, name, ...(detail === undefined ? {} : { detail }) };
};
const send = (at: number, from: string, to: string, detail: Json): TraceRecord => record(at, from, 'send', to, detail);
const deliver = (at: number, from: string, to: string, detail: Json): TraceRecord =>
  record(at, to, 'deliver', from, detail);
const drop = (at: number, from: string, to: string, detail: Json): TraceRecord => record(at, from, 'drop', to, detail);

describe('the messages of a trace', () => {
  /** When each was sent, and when it arrived, in ms. */
  const times = (records: readonly TraceRecord[]) =>
    messagesOf(records).map(({ sent, arrivals, lost }) => {
      return [sent.ns / 1e6, arrivals.map(({ ns }) => ns / 1e6), lost === null ? null : lost.ns / 1e6];
    });

  it('are matched by link and content, so that one may overtake another', () => {
    const records = [
      send(1, 'a', 'b', 'x'),
      send(2, 'a', 'b', 'y'),
      deliver(3, 'a', 'b', 'y'),
      deliver(4, 'a', 'b', 'x'),
    ];
    expect(times(records)).toEqual([
      [1, [4], null],
      [2, [3], null],
    ]);
  });

  it('of the same content arrive in the order in which they were sent, each link for itself', () => {
    const records = [
      send(1, 'a', 'b', 'x'),
      send(2, 'b', 'a', 'x'),
      send(3, 'a', 'b', 'x'),
      deliver(4, 'a', 'b', 'x'),
      deliver(5, 'b', 'a', 'x'),
      deliver(6, 'a', 'b', 'x'),
    ];
    expect(times(records)).toEqual([
      [1, [4], null],
      [2, [5], null],
      [3, [6], null],
    ]);
  });

  it('that are doubled arrive twice from one send', () => {
    const records = [send(1, 'a', 'b', 'x'), deliver(2, 'a', 'b', 'x'), deliver(3, 'a', 'b', 'x')];
    expect(times(records)).toEqual([[1, [2, 3], null]]);
  });

  it('may be lost, or still be on their way', () => {
    const records = [send(1, 'a', 'b', 'x'), drop(1, 'a', 'b', 'x'), send(2, 'a', 'b', 'x'), send(3, 'a', 'c', 'x')];
    expect(times(records)).toEqual([
      [1, [], 1],
      [2, [], null],
      [3, [], null],
    ]);
  });
});

describe('messages that tell nothing', () => {
  const silentIn = (records: readonly TraceRecord[]) => {
    const messages = messagesOf(records);
    const silent = uneventful(messages, records);
    return messages.flatMap((message) => (silent.has(message) ? [message.sent.ns / 1e6] : []));
  };
  const beat = (at: number): readonly TraceRecord[] => [send(at, 'a', 'b', 'beat'), deliver(at + 1, 'a', 'b', 'beat')];
  const answer = (at: number, detail: Json): readonly TraceRecord[] => [
    send(at, 'b', 'a', detail),
    deliver(at + 1, 'b', 'a', detail),
  ];

  it('are those that repeat the one before, with the answers to them', () => {
    const records = [...beat(10), ...answer(11, 'yes'), ...beat(20), ...answer(21, 'yes'), ...beat(30)];
    expect(silentIn(records)).toEqual([20, 21, 30]);
  });

  it('are none that differ from the one before', () => {
    expect(silentIn([...beat(10), send(20, 'a', 'b', 'news'), deliver(21, 'a', 'b', 'news'), ...beat(30)])).toEqual([]);
  });

  it('are none that change anything at the receiver, or make it say something new', () => {
    expect(silentIn([...beat(10), ...beat(20), record(21, 'b', 'probe', 'role', 'follower'), ...beat(30)])).toEqual([
      30,
    ]);
    expect(silentIn([...beat(10), ...beat(20), record(21, 'b', 'gauge', 'commit', 4)])).toEqual([]);
    expect(silentIn([...beat(10), ...answer(11, 'yes'), ...beat(20), ...answer(21, 'no')])).toEqual([]);
  });

  it('are none that the receiver has not heard since it started', () => {
    const restart = [record(15, 'b', 'exit', '1'), record(16, 'b', 'start', '2')];
    expect(silentIn([...beat(10), ...restart, ...beat(20), ...beat(30)])).toEqual([30]);
  });

  it('are lost ones after a lost one, and not the first that gets through', () => {
    const lost = (at: number) => [send(at, 'a', 'b', 'beat'), drop(at, 'a', 'b', 'beat')];
    expect(silentIn([...lost(10), ...lost(20), ...beat(30), ...beat(40)])).toEqual([20, 40]);
  });

  it('are requests of a client that is sent away as before', () => {
    const ask = (at: number, body: Json) => record(at, 'n1', 'request', 'process 0', { body, latencyMs: 1 });
    const away = (at: number, leader: Json) =>
      record(at, 'n1', 'reply', 'process 0', { body: { type: 'redirect', leader }, latencyMs: 1 });
    const ok = (at: number) => record(at, 'n1', 'reply', 'process 0', { body: { type: 'ok' }, latencyMs: 1 });
    const refuse = (at: number) => record(at, 'n1', 'refuse', 'process 0', { body: 'x', latencyMs: 1 });
    expect([...vainRequests([ask(1, 'x'), away(2, null), ask(3, 'x'), away(4, null)])]).toEqual([3, 2]);
    expect([...vainRequests([ask(1, 'x'), away(2, null), ask(3, 'x'), away(4, 'n2')])]).toEqual([]);
    expect([...vainRequests([ask(1, 'x'), away(2, null), ask(3, 'y'), away(4, null)])]).toEqual([]);
    expect([...vainRequests([ask(1, 'x'), ok(2), ask(3, 'x'), ok(4)])]).toEqual([]);
    expect([...vainRequests([refuse(1), refuse(2), ask(3, 'x'), ok(4), refuse(5)])]).toEqual([1]);
  });
});

describe('what a node was', () => {
  const records = [
    record(0, 'n1', 'start', '1'),
    record(0, 'n1', 'probe', 'role', 'follower'),
    record(0, 'n1', 'probe', 'term', 0),
    record(5, 'n1', 'probe', 'term', 1),
    record(5, 'n1', 'probe', 'role', 'candidate'),
    record(6, 'n1', 'probe', 'role', 'leader'),
    record(6, 'n2', 'probe', 'role', 'follower'),
    record(9, 'n1', 'exit', '1'),
    record(12, 'n1', 'start', '2'),
  ];

  it('is a band from change to change; what it says in one instant is one change', () => {
    const told = stretchesOf('n1', records).map(({ from, to, role, term, up }) => {
      return [from.ns / 1e6, to === null ? null : to.ns / 1e6, up, role, term];
    });
    expect(told).toEqual([
      [0, 5, true, 'follower', 0],
      [5, 6, true, 'candidate', 1],
      [6, 9, true, 'leader', 1],
      [9, 12, false, null, null],
      [12, null, true, null, null],
    ]);
  });

  it('has notes of what happened: ends, restarts, commits that moved, violations, and no first start', () => {
    const more = [
      ...records,
      record(13, 'n1', 'gauge', 'commit', 3),
      record(14, 'n1', 'gauge', 'commit', 3),
      record(15, 'n1', 'probe', 'log-truncated', 7),
      record(16, 'n1', 'violation', 'leader-completeness', 'an entry is lost'),
      record(17, 'n1', 'crash', 'TypeError', 'oops'),
      record(17, 'n1', 'exit', '2'),
    ];
    expect(notesOf(more).map(({ kind, text, title }) => [kind, text, title])).toEqual([
      ['stop', 'goes down', 'goes down'],
      ['restart', 'restarts', 'restarts'],
      ['note', 'commits up to 3', 'commits up to 3'],
      ['note', 'log truncated 7', 'log truncated 7'],
      ['violation', 'leader-completeness', 'leader-completeness: an entry is lost'],
      ['crash', 'crashes', 'crashes: TypeError oops'],
    ]);
  });
});

describe('faults in words', () => {
  const nodes = ['n1', 'n2', 'n3'];
  it('name groups that hear nothing of each other, and who is not heard where it is one way', () => {
    const apart = ['n1', 'n2'].flatMap((n) => [[n, 'n3'] as const, ['n3', n] as const]);
    expect(edgesInWords(apart, nodes)).toBe('n1 n2 | n3');
    expect(edgesInWords(apart.slice(1), nodes)).toBe('n3 → n1 n2, n2 → n3');
    expect(
      edgesInWords(
        [
          ['n3', 'n1'],
          ['n2', 'n1'],
        ],
        nodes,
      ),
    ).toBe('n2 n3 → n1');
  });

  it('say what is wrong, and how much', () => {
    const at = { atMs: 1, untilMs: 2 };
    const rules = [{ edges: [['n1', 'n2']] as const, loss: 0.3, delayMs: 5, jitterMs: 4 }];
    expect(faultInWords({ kind: 'packet', rules, ...at }, nodes)).toBe('30 % lost, late by 5 to 9 ms: n1 → n2');
    expect(faultInWords({ kind: 'clock', node: 'n2', skew: { offsetMs: -40, rate: 1 }, ...at }, nodes)).toBe(
      'n2’s clock jumps −40 ms',
    );
    expect(faultInWords({ kind: 'pause', node: 'n2', ...at }, nodes)).toBe('n2 paused');
    expect(faultInWords({ kind: 'disk', node: 'n2', trouble: { kind: 'slow', syncMs: 9 }, ...at }, nodes)).toBe(
      'n2’s disk: slow by 9 ms',
    );
  });
});

const told = (records: readonly TraceRecord[], more: Partial<Told> = {}): Told => {
  return {
    nodes: ['a', 'b', 'c'],
    concurrency: 2,
    records,
    calls: [],
    failed: new Set(),
    faults: [],
    violated: null,
    brief: (message) => JSON.stringify(message),
    ...more,
  };
};

/** So many different messages from `a` to `b`, one a millisecond. */
const chatter = (count: number): readonly TraceRecord[] =>
  Array.from({ length: count }, (_, i) => [send(i, 'a', 'b', i), deliver(i + 0.5, 'a', 'b', i)]).flat();

describe('a diagram', () => {
  it('is none without a message', () => {
    expect(diagramOf(told([record(0, 'a', 'start', '1')]))).toBeNull();
  });

  it('ends with what went wrong, and shows the last arrows before it', () => {
    const records = chatter(10);
    const violated = { at: { seq: 15, ns: 7.5e6 }, text: 'wrong' };
    const diagram = diagramOf(told(records, { violated, arrowsMax: 3 }));
    expect(diagram?.arrows.map(({ label, arrived }) => [label, arrived?.ns])).toEqual([
      ['5', 5.5e6],
      ['6', 6.5e6],
      ['7', 7.5e6],
    ]);
    expect(diagram?.leftOut).toEqual({ repeats: 0, before: 5, after: 2 });
    expect(diagram?.from.ns).toBe(5e6);
  });

  it('does not know where a message ends that arrives later', () => {
    const violated = { at: { seq: 14, ns: 7e6 }, text: 'wrong' };
    expect(diagramOf(told(chatter(10), { violated }))?.arrows.at(-1)?.arrived).toBeNull();
  });

  it('has a bar for each operation, in the lane of its thread, and arrows for what was asked and answered', () => {
    const call = (index: number, process: number, atMs: number) => {
      const operation = { process, f: 'read', key: 'x', value: null };
      return {
        invocation: { ...operation, index, type: 'invoke' as const, time: atMs * 1e6 },
        completion: { ...operation, index: index + 1, type: 'ok' as const, value: 2, time: (atMs + 4) * 1e6 },
      };
    };
    const records = [
      record(11, 'b', 'request', 'process 3', { body: { f: 'open-session' }, latencyMs: 1 }),
      record(12, 'b', 'reply', 'process 3', { body: { type: 'redirect', leader: 'a' }, latencyMs: 0.5 }),
      record(13, 'c', 'refuse', 'process 3', { body: { f: 'read' }, latencyMs: 0.25 }),
      record(13.5, 'a', 'request', 'process 3', { body: { f: 'read' }, latencyMs: 0.25 }),
    ];
    const diagram = diagramOf(told(records, { calls: [call(0, 0, 0), call(2, 3, 10)], failed: new Set([2]) }));
    expect(diagram?.clients).toEqual(['process 0', 'process 1']);
    expect(diagram?.bars.map(({ lane, words, failed }) => [lane, words, failed])).toEqual([
      ['process 0', 'read x →\u00a02', false],
      ['process 1', 'p3: read x →\u00a02', true],
    ]);
    expect(
      diagram?.arrows.map(({ from, to, sent, arrived, fate, label }) => [from, to, sent.ns, arrived?.ns, fate, label]),
    ).toEqual([
      ['process 1', 'b', 10e6, 11e6, 'delivered', 'open session'],
      ['b', 'process 1', 12e6, 12.5e6, 'delivered', 'ask a'],
      ['process 1', 'c', 12.75e6, 13e6, 'lost', ''],
      ['process 1', 'a', 13.25e6, 13.5e6, 'delivered', 'again'],
    ]);
  });
});

describe('the layout', () => {
  it('keeps gaps between a few pixels and some dozens', () => {
    expect(gap(0)).toBe(0);
    expect(gap(1)).toBeGreaterThanOrEqual(5);
    expect(gap(1e6)).toBeGreaterThan(gap(1e5));
    expect(gap(3600e9)).toBe(gap(50e6));
    expect(gap(3600e9)).toBeLessThan(50);
  });

  it('puts nothing above what came before it, and no words over others in the same place', () => {
    const records = [
      ...chatter(60),
      ...Array.from({ length: 30 }, (_, i) =>
        send(100 + i / 1000, 'b', i % 2 === 0 ? 'a' : 'c', `${String(i)} of many words`),
      ),
      // Both sides of one gap, too long to stand beside each other.
      ...Array.from({ length: 20 }, (_, i) =>
        send(
          200 + i / 1000,
          i % 2 === 0 ? 'a' : 'b',
          i % 2 === 0 ? 'b' : 'a',
          `${String(i)} with very many more words`,
        ),
      ),
      send(900, 'a', 'c', 'late'),
    ];
    const diagram = diagramOf(told(records));
    if (diagram === null) throw new Error('there is no diagram');
    const layout = layoutOf(diagram);
    const moments = diagram.arrows.flatMap(({ sent, arrived }) => (arrived === null ? [sent] : [sent, arrived]));
    const ys = moments.sort((a, b) => a.ns - b.ns || a.seq - b.seq).map(layout.y);
    expect(ys).toEqual(ys.toSorted((a, b) => a - b));
    expect(ys.at(-1)).toBeLessThanOrEqual(layout.height);

    const boxes = [...layout.words.values()].map(({ lines, x, y, anchor }) => {
      const width = Math.max(...lines.map((line) => line.length)) * 5.6;
      return {
        left: anchor === 'end' ? x - width : x,
        right: anchor === 'end' ? x : x + width,
        top: y - 13,
        bottom: y,
      };
    });
    expect(boxes.length).toBeGreaterThan(80);
    const overlaps = boxes.flatMap((a, i) =>
      boxes.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    expect(overlaps).toEqual([]);
    expect(layout.pauses.map(({ ns }) => Math.round(ns / 1e6))).toEqual([41, 100, 700]);
  });

  it('breaks words at spaces, and shortens what is too long', () => {
    expect(wrap('cut n1 n2 | n3', 9, 2)).toEqual(['cut n1 n2', '| n3']);
    expect(wrap('one two three four', 5, 2)).toEqual(['one', 'two …']);
    expect(wrap('unbreakable', 6, 2)).toEqual(['unbre…']);
  });
});
