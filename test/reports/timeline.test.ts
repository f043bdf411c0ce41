import { describe, expect, it } from 'vitest';
import { nodeStories, timeline, hasRoles } from '../../reports/timeline.ts';
import type { FaultInterval } from '../../reports/faults.ts';
import type { Json } from '../../src/history/operation.ts';
import type { TraceRecord } from '../../src/store/run.ts';

const said = (s: number, kind: string, name: string, detail?: Json): TraceRecord => {
  return { time: s * 1e9, node: 'n1', kind, name, ...(detail === undefined ? {} : { detail }) };
};
const endNs = 60e9;
const trace = [
  said(-1, 'probe', 'term', 1),
  said(-1, 'probe', 'role', 'follower'),
  said(10, 'probe', 'term', 2),
  said(10, 'probe', 'role', 'leader'),
  said(20, 'exit', 'SIGKILL'),
  said(30, 'start', 'start'),
  said(30, 'probe', 'role', 'follower'),
];

describe('the story of a node', () => {
  it('is the role and term it said, and when it was down', () => {
    const [story] = nodeStories(['n1'], trace, [], endNs);
    expect(story?.stretches.map(({ fromNs, role, term, up }) => [fromNs / 1e9, role, term, up])).toEqual([
      [0, 'follower', 1, true],
      [10, 'leader', 2, true],
      [20, null, 2, false],
      [30, 'follower', null, true],
    ]);
  });

  it('begins with what the node says, also when its host reports the start only later', () => {
    const early = [said(0, 'probe', 'role', 'follower'), said(0.01, 'start', 'raft')];
    const [story] = nodeStories(['n1'], early, [], endNs);
    expect(story?.stretches.at(-1)).toMatchObject({ role: 'follower', up: true });
  });

  it('has no gap and reaches from the start to the end', () => {
    const [story] = nodeStories(['n1'], trace, [], endNs);
    const stretches = story?.stretches ?? [];
    expect(stretches[0]?.fromNs).toBe(0);
    expect(stretches.at(-1)?.toNs).toBe(endNs);
    stretches.slice(1).forEach((stretch, i) => expect(stretch.fromNs).toBe(stretches[i]?.toNs));
  });

  it('says when it crashed, and what about', () => {
    const [story] = nodeStories(['n1'], [said(5, 'crash', 'invariant violated')], [], endNs);
    expect(story?.crashes).toEqual([{ atNs: 5e9, message: 'invariant violated' }]);
    expect(story?.stretches.at(-1)?.up).toBe(false);
  });

  it('is that of its own records only', () => {
    const stories = nodeStories(['n2'], trace, [], endNs);
    expect(hasRoles(stories)).toBe(false);
    expect(hasRoles(nodeStories(['n1'], trace, [], endNs))).toBe(true);
  });
});

describe('the drawing', () => {
  const pause: FaultInterval & { colour: string } = {
    ...{ kind: 'pause', shape: 'one', done: null, nodes: ['n1'], groups: [], fromNs: 40e9, toNs: 50e9, ended: true },
    ...{ bit: true, detail: '', colour: '#d99a2b' },
  };

  it('has words for roles, terms, pauses and times at which a node is down', () => {
    const { markup } = timeline(nodeStories(['n1'], trace, [pause], endNs), [pause], [33e9], endNs, 'wide');
    for (const word of ['>leader 2<', '>1<', '>down<', '>paused<', '>60 s<', '#d99a2b', 'class="failure"']) {
      expect(markup).toContain(word);
    }
  });

  it('stays small however often a node changes its mind', () => {
    const restless = Array.from({ length: 50_000 }, (_, i) =>
      said(i / 1_000, 'probe', 'role', i % 2 === 0 ? 'candidate' : 'follower'),
    );
    const { markup } = timeline(nodeStories(['n1'], restless, [], endNs), [], [], endNs, 'wide');
    expect(markup.length).toBeLessThan(500_000);
  });
});
