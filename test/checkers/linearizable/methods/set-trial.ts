/** Random histories of a set. */

import type { Method } from '../../../../checkers/linearizable/method.ts';
import { setByElement, setChain } from '../../../../checkers/linearizable/methods/set.ts';
import type { Bag } from '../../../../checkers/models/bag.ts';
import type { Model } from '../../../../checkers/models/model.ts';
import { set } from '../../../../checkers/models/set.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import type { Json } from '../../../../src/history/operation.ts';
import type { Random } from '../../../../src/random.ts';
import type { Step } from '../../brute-force.ts';
import { randomHistory, type Effect } from '../../random-history.ts';
import { disturbed } from './disturbed.ts';
import type { Trial } from './judge-method.ts';

/** A plain set: the sorted list of its elements, which are numbers. */
const members = (state: Json, init: readonly number[]): readonly number[] => (state ?? init) as readonly number[];
const sorted = (elements: Iterable<number>): number[] => [...new Set(elements)].sort((a, b) => a - b);

const changed = (elements: readonly number[], f: string, input: Json): number[] => {
  if (f === 'add') return sorted([...elements, input as number]);
  return f === 'remove' ? elements.filter((element) => element !== input) : [...elements];
};

const stepFrom =
  (init: readonly number[]): Step =>
  (state, { invocation: { f, value: input }, completion }) => {
    const elements = members(state, init);
    if (completion?.type === 'ok') {
      const { value } = completion;
      if (f === 'contains' && value !== elements.includes(input as number)) return undefined;
      if (f === 'read') {
        const list = (value ?? []) as number[];
        if (list.length !== elements.length || !elements.every((element) => list.includes(element))) return undefined;
      }
    }
    return changed(elements, f, input);
  };

/** Membership tests are answered wrongly now and then. */
const effectFrom =
  (random: Random, init: readonly number[]): Effect =>
  (state, f, input) => {
    const elements = members(state, init);
    const output: Json =
      f === 'contains'
        ? elements.includes(input as number) === random.next() < 0.8
        : f === 'read'
          ? random.shuffle(elements)
          : input;
    return { state: changed(elements, f, input), output, failed: false };
  };

export interface Kind {
  readonly method: Method;
  /** What is called, each as often as it is here. */
  readonly calls: readonly string[];
  /** How many different elements there are; each is added once if there are more than operations. */
  readonly elements: number;
  /** Whether elements are added in turn, each once as long as there are enough, or at random. */
  readonly inTurn: boolean;
  readonly init: readonly number[];
}

const shapes = [
  { operations: 6, processes: 2, unknown: 0, lies: 0.3, moves: 0 },
  { operations: 7, processes: 3, unknown: 0, lies: 0, moves: 6 },
  { operations: 8, processes: 3, unknown: 0.1, lies: 0.1, moves: 3 },
  { operations: 8, processes: 4, unknown: 0.4, lies: 0.2, moves: 2 },
  { operations: 8, processes: 3, unknown: 0.2, lies: 0, moves: 6 },
];

export function trial({ method, calls, elements, inTurn, init }: Kind): Trial<Bag> {
  const make = (random: Random, seed: number) => {
    const { moves, ...shape } = shapes[seed % shapes.length] as (typeof shapes)[number];
    let added = init.length;
    const call = () => {
      const f = random.pick(calls);
      if (f === 'read') return { f, input: null };
      if (f === 'add' && inTurn) return { f, input: added++ };
      return { f, input: random.int(inTurn ? Math.min(elements, added + 1) : elements) };
    };
    const lie = (_f: string, output: Json): Json => {
      const list = output as readonly Json[];
      return random.pick([list.toSpliced(random.int(list.length + 1), 1), [...list, random.int(elements)]]);
    };
    const history = randomHistory(random, { ...shape, values: 0 }, call, effectFrom(random, init), lie);
    return disturbed(random, history, moves);
  };
  const model: Model<Bag> = init.length === 0 ? set : withInit(set, init);
  return { method, model, step: stepFrom(init), make };
}

const sometimes = ['add', 'remove', 'remove', 'contains', 'contains', 'contains'];
const often = ['add', 'add', 'remove', 'contains', 'contains'];
const read = ['add', 'add', 'read', 'contains'];

/** Sets that are asked for single elements only. */
export const byElement: readonly (readonly [name: string, trial: Trial<Bag>])[] = [
  ['added once', trial({ method: setByElement, calls: sometimes, elements: 3, inTurn: true, init: [] })],
  [
    'added once or there at first',
    trial({ method: setByElement, calls: sometimes, elements: 3, inTurn: true, init: [0] }),
  ],
  [
    'added and removed many times',
    trial({ method: setByElement, calls: often, elements: 2, inTurn: false, init: [1] }),
  ],
  ['never removed', trial({ method: setByElement, calls: ['add', 'contains'], elements: 3, inTurn: false, init: [] })],
];

/** Sets from which nothing is removed. */
export const growing: readonly (readonly [name: string, trial: Trial<Bag>])[] = [
  [
    'added once',
    trial({ method: setChain, calls: ['add', 'add', 'read', 'read'], elements: 10, inTurn: true, init: [] }),
  ],
  ['added many times', trial({ method: setChain, calls: read, elements: 3, inTurn: false, init: [] })],
  ['with some there at first', trial({ method: setChain, calls: read, elements: 3, inTurn: false, init: [1] })],
];

/** Elements are removed and the whole set is read. */
export const mixed = trial({
  method: setByElement,
  calls: [...sometimes, 'read'],
  elements: 3,
  inTurn: true,
  init: [],
});
