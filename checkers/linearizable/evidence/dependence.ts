/**
 * Which operations of a part depend on which by the values in them: a read on the writes of what it returned. Values and
 * elements have numbers of their own here, equal ones the same.
 */

import { outcomes } from '../../../src/history/columns.ts';
import { canonical, equal, isList } from '../../../src/history/json.ts';
import type { Json } from '../../../src/history/operation.ts';
import { casOf } from '../../models/cas.ts';
import type { CompleteModel, TimedOperation } from '../../models/model.ts';
import { kvCalls, registerCalls, setCalls } from '../../models/vocabulary.ts';
import { operationAt, type Part } from '../part.ts';

/**
 * - `cell`: one value, which every effect replaces.
 * - `elements`: things that are put in, seen and taken out one by one.
 * - `opaque`: any effect may matter to any operation.
 */
export type Kind = 'cell' | 'elements' | 'opaque';

export interface Dependence {
  readonly kind: Kind;
  /** By place: the values that the operation found there, as its completion says. */
  readonly shows: readonly (readonly number[])[];
  /** By place: the values that are there if it has taken effect, of a compare-and-set that failed, too. */
  readonly makes: readonly (readonly number[])[];
  /** By place: all values that it speaks of. */
  readonly touches: readonly (readonly number[])[];
  /** By place: 1 if it may change the state. */
  readonly effects: Uint8Array;
  /** By value: the places of those that make it, in increasing order. */
  readonly makers: readonly (readonly number[])[];
  /** The number of a value. */
  valueOf(value: Json): number;
  /** The value with a number. */
  valueAt(number: number): Json;
}

interface Values {
  readonly shows?: readonly Json[];
  readonly makes?: readonly Json[];
  readonly touches?: readonly Json[];
}

export function dependence(model: CompleteModel<unknown>, part: Part): Dependence {
  const { kind, valuesOf } = readerOf(model, part);
  const { numberOf, valueAt } = numbering();
  const numbers = (values: readonly Json[] = []): readonly number[] => values.map(numberOf);
  const shows: (readonly number[])[] = [];
  const makes: (readonly number[])[] = [];
  const touches: (readonly number[])[] = [];
  const makers: number[][] = [];
  const effects = new Uint8Array(part.count);
  for (let place = 0; place < part.count; place++) {
    const operation = operationAt(part, place);
    const values = valuesOf(operation);
    const made = numbers(values.makes);
    const shown = numbers(values.shows);
    makes.push(made);
    shows.push(shown);
    touches.push([...made, ...shown, ...numbers(values.touches)]);
    effects[place] = model.observes(operation) || part.outcome[place] === outcomes.mismatch ? 0 : 1;
    for (const value of made) (makers[value] ??= []).push(place);
  }
  return { kind, shows, makes, touches, effects, makers, valueOf: numberOf, valueAt };
}

function readerOf(
  { family }: CompleteModel<unknown>,
  part: Part,
): { kind: Kind; valuesOf: (operation: TimedOperation) => Values } {
  switch (family) {
    case 'register':
      return { kind: 'cell', valuesOf: (operation) => inCell(registerCalls.known(operation.f), operation) };
    case 'kv': {
      const used = new Set(part.f);
      const appends = part.columns.names.some((name, f) => used.has(f) && kvCalls.of(name) === 'append');
      if (appends) break;
      return { kind: 'cell', valuesOf: (operation) => inCell(kvCalls.known(operation.f), operation) };
    }
    case 'set':
      return { kind: 'elements', valuesOf: inSet };
    case 'append-list':
    case 'fifo-queue':
    case 'stack':
    case 'priority-queue':
      return { kind: 'elements', valuesOf: (operation) => inContainer(family === 'append-list', operation) };
    case undefined:
  }
  return { kind: 'opaque', valuesOf: () => ({}) };
}

function inCell(call: string, operation: TimedOperation): Values {
  const { input, output, outcome } = operation;
  if (call === 'read' || call === 'get') return outcome === 'ok' ? { shows: [output] } : {};
  if (call !== 'cas') return { makes: [call === 'delete' ? null : input] };
  const [from, to] = casOf(operation);
  return { shows: outcome === 'fail' ? [] : [from], makes: equal(from, to) ? [] : [to] };
}

function inSet({ f, input, output, outcome }: TimedOperation): Values {
  switch (setCalls.known(f)) {
    case 'add':
      return { makes: [input] };
    case 'remove':
      return { touches: [input] };
    case 'contains':
      return outcome === 'ok' && output === true ? { shows: [input] } : { touches: [input] };
    case 'read':
      return outcome === 'ok' ? { shows: elementsOf(output) } : {};
  }
}

function inContainer(isRead: boolean, { input, output, outcome }: TimedOperation): Values {
  if (input !== null) return { makes: [input] };
  if (outcome !== 'ok' || output === null) return {};
  return { shows: isRead ? elementsOf(output) : [output] };
}

const elementsOf = (value: Json): readonly Json[] => (isList(value) ? value : []);

function numbering(): { numberOf(value: Json): number; valueAt(number: number): Json } {
  const values: Json[] = [];
  const scalars = new Map<Json, number>();
  const texts = new Map<string, number>();
  const number = <Key>(numbers: Map<Key, number>, key: Key, value: Json): number => {
    let known = numbers.get(key);
    if (known === undefined) numbers.set(key, (known = values.push(value) - 1));
    return known;
  };
  return {
    numberOf: (value) =>
      typeof value === 'object' && value !== null
        ? number(texts, canonical(value), value)
        : number(scalars, value, value),
    valueAt: (of) => values[of] as Json,
  };
}
