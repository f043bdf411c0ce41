import { describe, expect, test } from 'vitest';
import { checkCausal } from '../../../checkers/causal/causal.ts';
import type { ModelVerdict, Violation } from '../../../checkers/causal/patterns.ts';
import { columnsOfSessions, figure2, r, w, type Step } from './cc-build.ts';

const check = (...lists: readonly (readonly Step[])[]): readonly [ModelVerdict, ModelVerdict] => {
  return checkCausal(columnsOfSessions(...lists)) as [ModelVerdict, ModelVerdict];
};

const only = ({ violations }: ModelVerdict): Violation => {
  expect(violations).toHaveLength(1);
  return violations[0] as Violation;
};

describe('figure 2 of the paper', () => {
  test.each([
    ['a', true, false, 'each session sees the other write last: no common order, but each has its own'],
    ['b', true, true, 'x = 2 may be the later of the two, and nothing that z comes before is in the past of its read'],
    ['c', true, false, 'the second session puts x = 1 after x = 2, then before it'],
    ['d', true, true, 'each session sees its own write last until it learns of nothing else'],
    ['e', false, false, 'x = 2 was written by one who knew y = 1, and so x = 1'],
  ] as const)('%s: CC %s, CCv %s, since %s', (...[name, cc, ccv]) => {
    expect(check(...figure2[name]).map(({ valid }) => valid)).toEqual([cc, ccv]);
  });
});

describe('CC', () => {
  test('a history without reads holds, since nothing contradicts it', () => {
    expect(check([w('x', 1)], [w('x', 2)])[0].valid).toBe(true);
  });

  test('ThinAirRead: nobody wrote 7', () => {
    const [cc] = check([w('x', 1)], [r('x', 7)]);
    expect(only(cc)).toMatchObject({ pattern: 'ThinAirRead', key: 'x', core: [1], repeats: 1 });
    expect(cc.reason).toContain('process 1 read x = 7 (operation 2), which nobody had written');
  });

  test('AbortedRead: the write of 1 failed, and yet it was read', () => {
    expect(only(check([w('x', 1, 'fail')], [r('x', 1)])[0])).toMatchObject({ pattern: 'AbortedRead', core: [0, 1] });
  });

  test('WriteCOInitRead: the process itself had written x', () => {
    expect(only(check([w('x', 1), r('x', null)])[0])).toMatchObject({
      pattern: 'WriteCOInitRead',
      core: [0, 1],
      arrows: [{ from: 0, to: 1, relation: 'po' }],
    });
  });

  test('WriteCOInitRead: y = 1 was written after x = 1, so who knows of it must know of x', () => {
    const [cc] = check([w('x', 1), w('y', 1)], [r('y', 1), r('x', null)]);
    expect(only(cc)).toMatchObject({ core: [0, 3], arrows: [{ from: 0, to: 3, relation: 'co' }] });
  });

  test('WriteCORead: x = 1 was overwritten by one who had read it, before the read of x = 2', () => {
    const [cc] = check([w('x', 1)], [r('x', 1), w('x', 2)], [r('x', 2), r('x', 1)]);
    expect(only(cc)).toMatchObject({ pattern: 'WriteCORead', core: [0, 3, 4], key: 'x' });
    expect(only(cc).arrows).toEqual([
      { from: 0, to: 3, relation: 'co' },
      { from: 3, to: 4, relation: 'co' },
      { from: 0, to: 4, relation: 'rf' },
    ]);
  });

  test('CyclicCO: each session read what the other wrote after reading', () => {
    const [cc] = check([r('x', 1), w('y', 1)], [r('y', 1), w('x', 1)]);
    expect(only(cc).pattern).toBe('CyclicCO');
    expect(only(cc).core.toSorted()).toEqual([0, 1, 2, 3]);
  });

  test('CyclicCO: a session read its own later write', () => {
    expect(only(check([r('x', 1), w('x', 1)])[0])).toMatchObject({ pattern: 'CyclicCO', core: [1, 0], key: 'x' });
  });

  test('what comes before a cycle is judged all the same', () => {
    const [cc] = check([w('z', 1), r('z', null), r('x', 1), w('y', 1)], [r('y', 1), w('x', 1)]);
    expect(cc.violations.map(({ pattern }) => pattern).toSorted()).toEqual(['CyclicCO', 'WriteCOInitRead']);
  });

  test('repeats of one cause are counted, and the earliest of them is told; different causes come in order', () => {
    const stale = Array.from({ length: 5 }, () => r('x', 1));
    const [cc] = check([w('x', 1), w('x', 2)], [r('x', 2), ...stale, r('y', 9)]);
    expect(cc.found).toBe(6);
    expect(cc.violations.map(({ pattern, repeats }) => [pattern, repeats])).toEqual([
      ['WriteCORead', 5],
      ['ThinAirRead', 1],
    ]);
    expect(cc.violations[0]?.core).toEqual([0, 2, 3]);
    expect(cc.reason).toContain('6 violations in all');
  });

  test('of very many causes a hundred are told and all are counted', () => {
    const [cc] = check(Array.from({ length: 300 }, (_, i) => r('x', i + 1)));
    expect([cc.violations.length, cc.found]).toEqual([100, 300]);
  });

  test('a null that is read after a write is a violation, not a wildcard', () => {
    expect(check([w('x', 1)], [r('x', 1), r('x', null)])[0].valid).toBe(false);
  });

  test('another initial value is one that nobody has to have written', () => {
    const columns = columnsOfSessions([r('x', 0), w('x', 1)], [r('x', 1), r('x', 0)]);
    expect(checkCausal(columns)[0]).toMatchObject({ violations: [{ pattern: 'ThinAirRead' }] });
    expect(checkCausal(columns, 0)[0]).toMatchObject({ violations: [{ pattern: 'WriteCOInitRead', core: [2, 3] }] });
  });

  test('where clocks would take too much memory, what is found is found, and else it is unknown', () => {
    const lists = Array.from({ length: 40 }, (_, i) => [w('x', i), r('x', (i + 1) % 40), r('y', null)]);
    const columns = columnsOfSessions(...lists);
    expect(checkCausal(columns).map(({ valid }) => valid)).toEqual([true, false]);
    const [cc] = checkCausal(columns, null, 3000);
    expect([cc?.valid, cc?.reason]).toEqual(['unknown', expect.stringMatching(/^the causal order of 120 operations/)]);
    const early = columnsOfSessions([w('x', 99), r('x', null)], ...lists);
    expect(checkCausal(early, null, 3000)[0]).toMatchObject({ valid: false, found: 1 });
  });

  test('an operation that is no read or write leaves both models undecided, and is named', () => {
    const verdicts = check([w('x', 1), { f: 'append', key: 'x', input: 'a', output: 'a', type: 'ok' }]);
    for (const { valid, reason } of verdicts) {
      expect([valid, reason]).toEqual(['unknown', expect.stringMatching(/^operation 2: .*"append"/)]);
    }
  });
});

describe('a cas', () => {
  const cas = (from: number | null, to: number, type: Step['type'] = 'ok'): Step => {
    return { f: 'cas', key: 'x', input: [from, to], output: [from, to], type };
  };

  test('reads and writes in one: what it changed was overwritten by it', () => {
    expect(only(check([w('x', 1)], [cas(1, 2), r('x', 1)])[0])).toMatchObject({
      pattern: 'WriteCORead',
      core: [0, 1, 2],
    });
  });

  test('that failed tells nothing that these models ask for', () => {
    expect(check([w('x', 1)], [cas(5, 2, 'fail'), r('x', 1)])[0].valid).toBe(true);
  });

  test('of unknown outcome that was seen has read what it changed, be it of unknown outcome, too', () => {
    const [cc] = check([w('y', 1), w('x', 1, 'open')], [cas(1, 2, 'open')], [r('x', 2), r('y', null)]);
    expect(only(cc)).toMatchObject({ pattern: 'WriteCOInitRead', core: [0, 4] });
  });
});

describe('unknown outcomes', () => {
  test('a write that nobody read may not have happened', () => {
    expect(check([w('x', 1, 'info'), r('x', null)])[0].valid).toBe(true);
  });

  test('a write that was read happened, but maybe after all that its process did next', () => {
    expect(check([w('x', 1, 'info'), r('x', null)], [r('x', 1)])[0].valid).toBe(true);
  });

  test('a write that was read comes after what its process had done before', () => {
    expect(only(check([w('y', 1), w('x', 1, 'open')], [r('x', 1), r('y', null)])[0])).toMatchObject({
      pattern: 'WriteCOInitRead',
      core: [0, 3],
    });
  });

  test('and so after what was read before it, even if that was written later by the clock', () => {
    const later = [r('z', null), r('z', null), r('z', null), r('z', null), w('x', 1)];
    const [cc] = check([r('x', 1), w('y', 1, 'info'), w('z', 9)], later, [r('y', 1), r('x', null)]);
    expect(only(cc)).toMatchObject({ pattern: 'WriteCOInitRead', key: 'x' });
  });

  test('of two such writes of one process neither comes before the other', () => {
    const reader = [r('x', 2), r('x', 1)];
    expect(check([w('x', 1, 'info'), w('x', 2, 'info')], reader)[0].valid).toBe(true);
    expect(check([w('x', 1), w('x', 2)], reader)[0].valid).toBe(false);
  });

  test('a read of unknown outcome says nothing', () => {
    expect(check([w('x', 1), r('x', null, 'info')])[0].valid).toBe(true);
  });
});

describe('writes that cannot be told apart', () => {
  test('two of the same value leave it open what was read; both are named', () => {
    const [cc, ccv] = check([w('x', 1)], [w('x', 1)], [r('x', 1)]);
    expect([cc.valid, ccv.valid]).toEqual(['unknown', 'unknown']);
    expect(cc).toMatchObject({ ambiguity: { key: 'x', rows: [0, 1] } });
    expect(cc.reason).toContain('process 0 wrote x = 1 (operation 0); process 1 wrote x = 1 (operation 2)');
  });

  test('whether they were read or not', () => {
    expect(check([w('x', 1)], [w('x', 1)], [r('y', null)])[0]).toMatchObject({
      valid: 'unknown',
      ambiguity: { rows: [0, 1] },
    });
  });

  test('the same value on two keys is no such thing', () => {
    expect(check([w('x', 1)], [w('y', 1)], [r('x', 1)])[0].valid).toBe(true);
  });

  test('a write of the initial value is one, too', () => {
    expect(check([w('x', 1), w('x', null)], [r('x', null)])[0]).toMatchObject({
      valid: 'unknown',
      ambiguity: { rows: [2] },
    });
  });

  test('what did not happen is not asked about: a failed write, one of unknown outcome that nobody read', () => {
    expect(
      check([w('x', 1)], [w('x', 1, 'fail')], [w('x', 2, 'info')], [w('x', 2, 'info')], [r('x', 1)])[0].valid,
    ).toBe(true);
  });

  test('one of unknown outcome counts when its value was read', () => {
    expect(check([w('x', 1)], [w('x', 1, 'info')], [r('x', 1)])[0].valid).toBe('unknown');
  });

  test('a violation that is there whatever was read beats it', () => {
    const [cc] = check([w('x', 1), w('y', 1)], [w('x', 1)], [r('x', 1), r('y', 3)]);
    expect(only(cc).pattern).toBe('ThinAirRead');
  });
});

describe('CCv', () => {
  test('CyclicCF: two reads of one key need its writes in opposite orders', () => {
    const [cc, ccv] = check(...figure2.a);
    expect(cc.valid).toBe(true);
    const { core, arrows, pattern, key } = only(ccv);
    expect([pattern, key]).toEqual(['CyclicCF', 'x']);
    expect(core.toSorted()).toEqual([0, 1, 2, 3]);
    const [w1, w2, read, other] = core;
    expect(arrows).toEqual([
      { from: w1, to: w2, relation: 'cf', because: read },
      { from: w2, to: w1, relation: 'cf', because: other },
    ]);
  });

  test('CyclicCF over two keys has its two reads, and what they returned, at the core', () => {
    const [cc, ccv] = check([w('x', 2), w('y', 3), r('y', 4)], [w('y', 4), w('x', 1), r('x', 2)]);
    expect(cc.valid).toBe(true);
    const { core, arrows, key } = only(ccv);
    expect([key, core.toSorted()]).toEqual([null, [0, 1, 4, 5]]);
    expect(arrows.toSorted((a, b) => a.from - b.from)).toEqual([
      { from: 0, to: 2, relation: 'po' },
      { from: 1, to: 3, relation: 'po' },
      { from: 2, to: 1, relation: 'cf', because: 4 },
      { from: 3, to: 0, relation: 'cf', because: 5 },
    ]);
  });

  test('the writes of a longer stay in the same session are one step', () => {
    const [, ccv] = check([w('x', 1), w('x', 2), r('x', 3)], [w('x', 3), w('x', 4), r('x', 2)]);
    const { core, arrows } = only(ccv);
    expect(core).toHaveLength(4);
    expect(arrows.every(({ relation }) => relation === 'cf')).toBe(true);
  });

  test('what a session learned long ago is not lost behind the many writes that it has not learned of', () => {
    const wait = Array.from({ length: 80 }, () => r('nothing', null));
    const many = Array.from({ length: 60 }, (_, i) => w('x', i + 100));
    const [cc, ccv] = check(
      [w('x', 1), w('first', 1), ...many, w('last', 1)],
      [...wait, w('x', 2), ...wait, r('first', 1), r('x', 2)],
      [...wait, ...wait, ...wait, r('last', 1)],
      [...wait, r('nothing', null), r('x', 2), r('x', 1)],
    );
    expect(cc.valid).toBe(true);
    expect(only(ccv)).toMatchObject({ pattern: 'CyclicCF', key: 'x' });
  });

  test('what violates CC violates CCv', () => {
    const [cc, ccv] = check([w('x', 1), r('x', null)]);
    expect([cc.valid, ccv.valid]).toEqual([false, false]);
    expect(ccv.violations).toEqual(cc.violations);
  });
});
