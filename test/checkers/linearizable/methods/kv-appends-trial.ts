/** Random histories of a key of a key-value store that strings are appended to. */

import { kvAppends } from '../../../../checkers/linearizable/methods/kv-appends.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import type { Json } from '../../../../src/history/operation.ts';
import type { Random } from '../../../../src/random.ts';
import type { Step } from '../../brute-force.ts';
import { randomHistory } from '../../random-history.ts';
import { disturbed } from './disturbed.ts';
import type { Trial } from './judge-method.ts';

const shapes = [
  { operations: 6, processes: 2, unknown: 0, lies: 0.3, moves: 0 },
  { operations: 7, processes: 3, unknown: 0, lies: 0, moves: 6 },
  { operations: 8, processes: 3, unknown: 0.1, lies: 0.1, moves: 5 },
  { operations: 8, processes: 4, unknown: 0.4, lies: 0.3, moves: 3 },
  { operations: 7, processes: 2, unknown: 0.2, lies: 0, moves: 6 },
];

/** `strings` are appended in turn, and again from the first. Null as `init` stands for absent. */
function trial(
  strings: readonly string[],
  init: string | null,
  calls: readonly ('get' | 'append' | 'put' | 'delete')[] = ['get', 'append'],
): Trial<Json> {
  // Null stands for the initial value, and a list for a deleted one.
  const absent: Json = [];
  const shown = (state: Json): Json => (Array.isArray(state) ? null : (state ?? init));
  const grown = (state: Json, input: Json): Json => ((shown(state) ?? '') as string) + (input as string);
  const step: Step = (state, { invocation: { f, value }, completion }) => {
    if (f === 'append') return grown(state, value);
    if (f === 'put') return value;
    if (f === 'delete') return absent;
    return completion?.type !== 'ok' || completion.value === shown(state) ? state : undefined;
  };
  const make = (random: Random, seed: number) => {
    const { moves, ...shape } = shapes[seed % shapes.length] as (typeof shapes)[number];
    let appended = 0;
    const call = () => {
      const f = random.pick(calls);
      return { f, input: f === 'get' || f === 'delete' ? null : (strings[appended++ % strings.length] as string) };
    };
    const effect = (state: Json, f: string, input: Json) => {
      const after = f === 'get' ? state : f === 'put' ? input : f === 'delete' ? absent : grown(state, input);
      return { state: after, output: f === 'get' ? shown(state) : input, failed: false };
    };
    const lie = (_f: string, output: Json): Json => {
      const text = (output ?? '') as string;
      const at = random.int(text.length + 1);
      return random.pick<Json>([
        null,
        '',
        text.slice(0, at),
        text.slice(at),
        text + text,
        `${text}${strings[0] ?? ''}`,
      ]);
    };
    return disturbed(random, randomHistory(random, { ...shape, values: 0 }, call, effect, lie), moves);
  };
  return { method: kvAppends, model: init === null ? kv : withInit(kv, init), step, make };
}

const distinct = Array.from({ length: 10 }, (_, i) => `${'1'.repeat(i % 3)}${i},`);

export const appendTrials = {
  'distinct strings': trial(distinct, null),
  'from a string': trial(distinct, '1,'),
  puts: trial(distinct, null, ['get', 'get', 'append', 'append', 'put']),
  'puts and deletes': trial(distinct, null, ['get', 'get', 'append', 'put', 'delete']),
} as const;

/** Strings that are appended and put again. */
export const repeatedStrings = trial(['1,', '2,', '3,'], '', ['get', 'get', 'append', 'append', 'append', 'put']);

/** `ab` may be one append or two, and some come up again. */
export const confusingStrings = trial(['a', 'ab', 'cb', 'b', 'c', 'd'], '');
