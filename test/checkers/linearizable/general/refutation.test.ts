import { expect, test } from 'vitest';
import { reachable } from '../../../../checkers/linearizable/general/reachable.ts';
import { refutation } from '../../../../checkers/linearizable/general/refutation.ts';
import { settingOf } from '../../../../checkers/linearizable/general/setting.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { History } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { history } from '../../build.ts';
import { randomRegisterHistory } from '../../random-history.ts';
import { rounds } from '../../rounds.ts';
import { hasty, never, partsOf } from './trial.ts';

const model = complete(register as Model<unknown>);

/** What windows say of each return: that it can be passed from before, or that it can't. */
function refutedAt(lines: History): boolean[] {
  const [part] = partsOf(model, columnsOf(lines));
  if (part === undefined) throw new Error('no part');
  const setting = settingOf(model, part, hasty, true);
  const states = reachable(setting.timeline, setting.transitions);
  return Array.from({ length: setting.timeline.returns.length }, (_, i) => {
    const said = refutation(setting, states, { position: i + 1, accepts: () => true }).advance(never);
    return said === 'refuted';
  });
}

test('no return of a history that a real register gave is refuted', () => {
  for (let seed = 0; seed < rounds(600); seed++) {
    const shape = { operations: 24, processes: 3 + (seed % 5), values: 2, unknown: 0.05 * (seed % 2), lies: 0 };
    const refuted = refutedAt(randomRegisterHistory(random(seed, 'windows'), shape));
    expect(refuted, `seed ${seed}`).not.toContain(true);
  }
});

test('of those that are open, the ones that return first may have been all that has happened', () => {
  // One write of 1 comes before that of 2, the other after the reads of it: the one that returns last.
  const lines = history(
    [0, 'invoke', 'write', 1],
    [1, 'invoke', 'write', 1],
    [2, 'invoke', 'write', 2],
    [2, 'ok', 'write', 2],
    [3, 'invoke', 'read'],
    [3, 'ok', 'read', 2],
    [0, 'ok', 'write', 1],
    [3, 'invoke', 'read'],
    [3, 'ok', 'read', 2],
    [3, 'invoke', 'read'],
    [3, 'ok', 'read', 1],
    [1, 'ok', 'write', 1],
  );
  expect(refutedAt(lines)).not.toContain(true);
});

test('a read of what had been overwritten is refuted from shortly before, and so is all that comes after', () => {
  const before = Array.from({ length: 30 }, (_, i) => i % 3);
  const lines = history(
    ...before.flatMap((value) => [[0, 'invoke', 'write', value] as const, [0, 'ok', 'write', value] as const]),
    // The last of them is 2.
    [0, 'invoke', 'read'],
    [0, 'ok', 'read', 1],
    [0, 'invoke', 'write', 1],
    [0, 'ok', 'write', 1],
  );
  expect(refutedAt(lines).flatMap((is, i) => (is ? [i] : []))).toEqual([30, 31]);
});

test('windows say nothing where a model has no end of states', () => {
  const endless = complete({
    name: 'endless',
    init: 0,
    step: (state: number, { f }) => (f === 'write' ? state + 1 : state),
  } satisfies Model<number>);
  const [part] = partsOf(
    endless,
    columnsOf(
      randomRegisterHistory(random(1, 'windows'), { operations: 30, processes: 3, values: 2, unknown: 0, lies: 0 }),
    ),
  );
  if (part === undefined) throw new Error('no part');
  const setting = settingOf(endless as typeof model, part, hasty, true);
  const states = reachable(setting.timeline, setting.transitions);
  expect(refutation(setting, states, { position: 20, accepts: () => true }).advance(never)).toBe('powerless');
});
