import { describe, expect, it } from 'vitest';
import type { Arrow } from '../../../checkers/causal/patterns.ts';
import { decide, type Question } from '../../../checkers/explanation/decide.ts';
import { explain } from '../../../checkers/explanation/explain.ts';
import { unfold } from '../../../checkers/explanation/unfold.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { figure2, r, sessions, w, type Step } from '../causal/cc-build.ts';

function told(question: Question, ...lists: readonly (readonly Step[])[]): readonly string[] {
  const decided = decide(question, columnsOf(sessions(...lists)), null);
  const explanations = decided === null ? [] : explain({ ...decided.verdict, ...question }, decided.relations);
  return explanations[0]?.steps.map(({ text }) => text) ?? [];
}

describe('an order that rests on a read', () => {
  it('is told by the messages from which the reader knew of the one when it read the other', () => {
    const steps = told(
      { model: 'CCv' },
      [w('x', 1), w('m', 1)],
      [w('x', 2), w('n', 2)],
      [r('m', 1), r('x', 2)],
      [r('n', 2), r('x', 1)],
    );
    expect(steps).toEqual([
      'process 1 wrote x = 2; process 1 wrote n = 2; process 3 read it; process 3 read x = 1: so x = 2 must come before x = 1',
      'process 0 wrote x = 1; process 0 wrote m = 1; process 2 read it; process 2 read x = 2: so x = 1 must come before x = 2',
    ]);
  });

  it('of versions is told by the kind of path of its guarantee', () => {
    const steps = told({ model: 'WFR' }, [w('x', 1)], [r('x', 1), w('y', 1)], [r('y', 1), r('x', null)]);
    expect(steps[0]).toBe('process 0 wrote x = 1, and process 1 read x = 1');
    const cycle = told({ model: 'MR' }, [w('x', 1)], [w('x', 2), r('x', 1), r('x', 2)], [r('x', 2), r('x', 1)]);
    // Process 1 knew x = 2 as its own, but monotonic reads are about what was read.
    expect(cycle).toContain(
      'process 1 wrote x = 2; process 2 read it; process 2 read x = 1: so x = 2 is older than x = 1',
    );
    expect(cycle).toContain(
      'process 0 wrote x = 1; process 1 read it; process 1 read x = 2: so x = 1 is older than x = 2',
    );
  });

  it('in the view of one process goes through what that process read itself', () => {
    const lists = [
      [w('x', 1), w('a', 1), w('b', 1)],
      [r('x', 1), w('c', 1)],
      [w('x', 2), r('c', 1), r('b', 1), r('x', 2), r('x', 1)],
    ] as const;
    const decided = decide({ model: 'PRAM' }, columnsOf(sessions(...lists)), null);
    const [violation] = decided?.verdict.violations ?? [];
    if (decided === null || violation === undefined) throw new Error('expected a violation');
    const derived: Arrow = { from: 0, to: 2, relation: 'hb', because: rowOf(2, 3) };
    const [b, readB] = [rowOf(0, 2), rowOf(2, 2)];
    expect(unfold(decided.relations, { model: 'PRAM', process: 2 }, [derived])[0]?.path).toEqual([
      { from: 0, to: b, relation: 'po' },
      { from: b, to: readB, relation: 'rf' },
      { from: readB, to: rowOf(2, 3), relation: 'po' },
    ]);
    expect(violation.process).toBe(2);

    // Sessions take turns.
    function rowOf(process: number, step: number): number {
      let row = 0;
      for (let turn = 0; turn < 5; turn++) {
        for (let of = 0; of < 3; of++) {
          if (of === process && turn === step) return row;
          if ((lists[of]?.length ?? 0) > turn) row++;
        }
      }
      return -1;
    }
  });

  it('never takes messages to others in the view of one process', () => {
    // The only way from x = 1 to process 2 by CO is through what process 1 read.
    const columns = columnsOf(sessions([w('x', 1)], [r('x', 1), w('c', 1)], [r('c', 1), r('x', null)]));
    const decided = decide({ model: 'CC' }, columns, null);
    if (decided === null) throw new Error('expected relations');
    const arrow: Arrow = { from: 0, to: 0, relation: 'hb', because: 4 };
    expect(unfold(decided.relations, { model: 'CM', process: 2 }, [arrow])[0]?.path).toHaveLength(4);
    expect(unfold(decided.relations, { model: 'PRAM', process: 2 }, [arrow])[0]?.path).toEqual([]);
  });

  it('may rest on another order, which has a step of its own', () => {
    const steps = told({ model: 'CM' }, ...figure2.b);
    expect(steps[0]).toBe('process 0 wrote z = 1, and after that it wrote x = 1');
    const deep = told({ model: 'sequential' }, ...figure2.d);
    expect(deep[0]).toBe(
      'process 0 wrote x = 1; process 0 read y = absent; that comes before: process 1 wrote y = 2; process 1 read x = 2: so x = 1 must come before x = 2',
    );
    expect(deep).toContain('process 0 read y = absent, the initial value, so before process 1 wrote y = 2');
  });
});
