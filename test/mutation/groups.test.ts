import { existsSync, globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { groups } from './groups.ts';
import { percent, scoreOf, survivorsOf, table, type Report } from './score.ts';

test('every source of the linearizability checker is mutated in exactly one group', () => {
  const mutated = Object.values(groups).flatMap(({ mutate }) => {
    const left = new Set(mutate.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1)));
    return globSync(mutate.filter((glob) => !glob.startsWith('!'))).filter((file) => !left.has(file));
  });
  expect(mutated.toSorted()).toEqual(globSync('checkers/linearizable/**/*.ts').toSorted());
});

test('every group has tests, and all of them are there', () => {
  for (const { tests } of Object.values(groups)) {
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((file) => !existsSync(file))).toEqual([]);
  }
});

const at = (line: number, from: number, until: number) => ({
  start: { line, column: from },
  end: { line, column: until },
});

const report: Report = {
  files: {
    'a.ts': {
      source: 'if (a < b) run();\nstop();',
      mutants: [
        { mutatorName: 'X', status: 'Killed', replacement: 'false', location: at(1, 5, 10) },
        { mutatorName: 'X', status: 'Timeout', replacement: 'true', location: at(1, 5, 10) },
        { mutatorName: 'X', status: 'Survived', replacement: 'a <= b', location: at(1, 5, 10) },
        { mutatorName: 'X', status: 'NoCoverage', replacement: ';', location: at(2, 1, 8) },
        { mutatorName: 'X', status: 'Ignored', replacement: ';', location: at(2, 1, 8) },
      ],
    },
  },
};

test('what no test tells from the original counts against the score, whether it was run or not', () => {
  const score = scoreOf(report);
  expect(score).toEqual({ killed: 2, survived: 1, uncovered: 1 });
  expect(percent(score)).toBe(50);
  expect(survivorsOf(report)).toEqual(['a.ts: 50.0 % of 4', '  1:5 a < b => a <= b', '  2:1 (not run) stop(); => ;']);
  expect(
    table([
      ['one', score],
      ['two', { killed: 4, survived: 0, uncovered: 0 }],
    ])
      .split('\n')
      .at(-1),
  ).toMatch(/^total +6 +1 +1 +75\.0 %$/);
});
