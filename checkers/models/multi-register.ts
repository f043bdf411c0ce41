/**
 * Registers that are read and written together, atomically: transactions over a few keys. All are absent (null) at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `txn` (`transaction`) | `[["r", key, null], ["w", key, value], …]` | `ok`: the same with the values read |
 * | `read` | `{key: null, …}`, or micro-operations as above | `ok`: the same with the values read |
 * | `write` | `{key: value, …}`, or micro-operations as above | `ok` |
 *
 * Within a transaction later micro-operations see what earlier ones wrote. A failed transaction did not happen.
 */

import { canonical, equal, isList, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { byKey, impossible, type Model, type ModelOperation } from './model.ts';
import { transactionCalls } from './vocabulary.ts';

/** The values of the registers by key; one that is not there is absent. Copied by every write: keys are few. */
export type Registers = ReadonlyMap<string, Json>;

interface MicroOperation {
  readonly f: 'r' | 'w';
  /** Its text: the keys 1 and "1" are the same. */
  readonly key: string;
  readonly value: Json;
}

/** Registers with these initial values; transactions may use other keys only if `isOpen`. */
function registersFrom(init: Registers, isOpen: boolean): Model<Registers> {
  return {
    name: 'multi-register',
    init,
    objection(operation) {
      const objection = transactionCalls.objection('a multi-register', operation.f) ?? shapeObjection(operation);
      if (objection !== null || isOpen) return objection;
      const unknown = microOperations(operation).find(({ key }) => !init.has(key));
      return unknown === undefined ? null : `there is no register ${unknown.key}`;
    },
    matters: (operation) =>
      operation.outcome === 'ok' || (operation.outcome === 'info' && microOperations(operation).some(isWrite)),
    observes: (operation) => !microOperations(operation).some(isWrite),
    step(state, operation) {
      const micros = microOperations(operation);
      let next: Map<string, Json> | null = null;
      for (const { f, key, value } of micros) {
        const current = (next ?? state).get(key) ?? null;
        if (f === 'w') {
          if (!equal(current, value)) (next ??= new Map(state)).set(key, value);
        } else if (operation.outcome === 'ok' && !equal(current, value)) return impossible;
      }
      return next ?? state;
    },
    neededAmong: observedTogether,
    partition: byKey,
    from: (json) =>
      typeof json === 'object' && json !== null && !isList(json)
        ? multiRegister(json)
        : 'an object with the value of every register, null for absent',
    key: (state) =>
      Array.from(state, ([key, value]) => (value === null ? '' : `${JSON.stringify(key)}:${canonical(value)},`))
        .sort()
        .join(''),
    describe: (state) => {
      const present = [...state].filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1));
      return present.length === 0 ? 'all absent' : present.map(([key, value]) => `${key} = ${shown(value)}`).join(', ');
    },
    describeOperation: describeTransaction,
  };
}

/** Registers with just these keys and initial values. */
export function multiRegister(init: Readonly<Record<string, Json>>): Model<Registers> {
  return registersFrom(new Map(Object.entries(init)), false);
}

/** Registers with any keys, all absent at first. */
export const anyRegisters: Model<Registers> = registersFrom(new Map(), true);

const isWrite = ({ f }: MicroOperation): boolean => f === 'w';

/** With the values that were read if the outcome is `ok`. */
function microOperations({ f, input, output, outcome }: ModelOperation): readonly MicroOperation[] {
  const isWriteOnly = transactionCalls.known(f) === 'write';
  return parsed(outcome === 'ok' && !isWriteOnly ? output : input, isWriteOnly ? 'w' : 'r') ?? [];
}

const known = new WeakMap<object, readonly MicroOperation[] | null>();

/** Null for what is none. Of a map `f` says what is done with the keys. */
function parsed(value: Json, f: 'r' | 'w'): readonly MicroOperation[] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!isList(value)) return Object.entries(value).map(([key, one]) => ({ f, key, value: one }));
  let result = known.get(value);
  if (result === undefined) {
    const micros = value.map(parsedOne);
    result = micros.every((micro) => micro !== null) ? micros : null;
    known.set(value, result);
  }
  return result;
}

function parsedOne(micro: Json): MicroOperation | null {
  if (!isList(micro) || micro.length !== 3) return null;
  const [f, key = null, value = null] = micro;
  return f === 'r' || f === 'w' ? { f, key: typeof key === 'string' ? key : canonical(key), value } : null;
}

/** The completion has to say the same as the invocation, apart from the values that were read. */
function shapeObjection({ f, input, output, outcome }: ModelOperation): string | null {
  const call = transactionCalls.known(f);
  const asked = parsed(input, call === 'write' ? 'w' : 'r');
  const expected = call === 'txn' ? '[["r", key, null], ["w", key, value], …]' : 'a map, or a list of micro-operations';
  if (asked === null || (call === 'txn' && !isList(input))) return `a ${f} takes ${expected}, not ${shown(input)}`;
  const strange = asked.find((micro) => (call === 'read' && micro.f === 'w') || (call === 'write' && micro.f === 'r'));
  if (strange !== undefined) return `a ${f} can't ${strange.f === 'w' ? 'write' : 'read'} ${strange.key}`;
  if (outcome !== 'ok' || call === 'write') return null;
  const done = parsed(output, 'r');
  const isSame =
    done !== null &&
    done.length === asked.length &&
    isList(input) === isList(output) &&
    (isList(input)
      ? asked.every((micro, i) => agree(micro, done[i]))
      : asked.every(({ key }) => done.some((one) => one.key === key)));
  return isSame ? null : `a ${f} of ${shown(input)} can't complete with ${shown(output)}`;
}

function agree(asked: MicroOperation, done: MicroOperation | undefined): boolean {
  return done?.f === asked.f && done.key === asked.key && (asked.f === 'r' || equal(done.value, asked.value));
}

/**
 * A transaction of unknown outcome need not be tried when nobody read one of the values that it wrote. Take it out of an
 * order: each of the registers has another value up to its next write, and nobody read it up to there, or he would have
 * read what the transaction wrote; from there on all is the same.
 */
function observedTogether(operations: readonly ModelOperation[]): (pending: ModelOperation) => boolean {
  const read = new Set<string>();
  for (const operation of operations) {
    if (operation.outcome !== 'ok') continue;
    for (const micro of microOperations(operation)) if (micro.f === 'r') read.add(textOf(micro));
  }
  return (pending) => microOperations(pending).some((micro) => isWrite(micro) && read.has(textOf(micro)));
}

const textOf = ({ key, value }: MicroOperation): string => `${JSON.stringify(key)}:${canonical(value)}`;

function describeTransaction(operation: ModelOperation): string {
  const done = microOperations(operation).map(({ f, key, value }) =>
    f === 'w'
      ? `wrote ${key} = ${shown(value)}`
      : `read ${key}${operation.outcome === 'ok' ? ` = ${shown(value)}` : ''}`,
  );
  return done.length === 0 ? 'did nothing' : done.join(', ');
}
