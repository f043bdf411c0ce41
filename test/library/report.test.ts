import { expect, test } from 'vitest';
import { register } from '../../checkers/models/register.ts';
import { reportOf } from '../../src/concurrency/report.ts';
import type { Counterexample } from '../../src/concurrency.ts';

const deadlock: Omit<Counterexample, 'text'> = {
  failure: 'deadlock',
  reason: 'deadlock: nothing left to schedule, p1 still in write({"a":[1,2]})',
  scenario: [[{ id: '0.0', name: 'read', args: [] }], [{ id: '2.1', name: 'write', args: [{ a: [1, 2] }] }]],
  events: [
    { step: 1, process: 0, text: 'read() begins' },
    { step: 2, process: 1, text: 'write({"a":[1,2]}) begins' },
    { step: 3, process: 0, text: 'get() is answered' },
    { step: 3, process: 0, text: 'read returns 0' },
    { step: 3, process: null, text: 'cleaned' },
    { step: 4, process: 1, text: 'a text that is too long for one line of a column' },
    { step: 4, process: 1, text: 'and another' },
  ],
  history: [],
  verdict: null,
  path: '17',
  isReproducible: true,
};

test('a column for each process, a line for each step, and one more where a line is full', () => {
  expect(reportOf(deadlock, register, 5)).toBe(
    [
      'deadlock: nothing left to schedule, p1 still in write({"a":[1,2]})',
      '',
      'What each process calls:',
      '  p0: read()',
      '  p1: write({"a":[1,2]})',
      '',
      'The interleaving, one step a line:',
      '     p0                                 p1                                                no operation',
      '  1  read() begins',
      '  2                                     write({"a":[1,2]}) begins',
      '  3  get() is answered; read returns 0                                                    cleaned',
      '  4                                     a text that is too long for one line of a column',
      '                                        and another',
      '',
      "The same again: { seed: 5, path: '17' }",
    ].join('\n'),
  );
});

test('the middle of a long interleaving is left out', () => {
  const events = Array.from({ length: 100 }, (_, i) => ({ step: i + 1, process: 0, text: `turn ${i + 1}` }));
  const lines = reportOf({ ...deadlock, events }, register, 5).split('\n');
  expect(lines).toContain('  ... 41 more lines');
  expect(lines.filter((line) => line.includes('turn'))).toHaveLength(59);
  expect(lines).toContain('  100  turn 100');
});
