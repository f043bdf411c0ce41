/** Random histories with values of every kind, and the texts of them in each form, oddly spaced. */

import fc from 'fast-check';
import type { History, Json, Operation } from '../../src/history/operation.ts';

/** Values that every form can hold: EDN has no keys of objects but text, and no numbers but integers as they are. */
export const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<Json>(null, true, false, '', 0, 1, 2, 3, [], {}),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ maxLength: 300 }),
    fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('value'), { maxKeys: 3 }),
  ),
})).value;

interface Step {
  readonly thread: number;
  readonly f: string;
  readonly key: string | undefined;
  readonly value: Json;
  readonly type: 'ok' | 'fail' | 'info';
  readonly error: string | undefined;
  readonly pause: number;
  readonly isNemesis: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    thread: fc.integer({ min: 0, max: 3 }),
    f: fc.constantFrom('read', 'write', 'cas', 'compare-and-set', 'x'),
    key: fc.constantFrom(undefined, 'x', 'y', '17', 'ä b'),
    value: values,
    type: fc.constantFrom('ok' as const, 'ok' as const, 'fail' as const, 'info' as const),
    error: fc.constantFrom(undefined, undefined, 'mismatch', 'timeout', 'say "no"\n'),
    pause: fc.constantFrom(0, 1, 1000, 2 ** 40),
    isNemesis: fc.constantFrom(false, false, false, false, true),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Histories as a run records them. */
export const histories: fc.Arbitrary<History> = steps.map((all) => {
  const history: Operation[] = [];
  const open = new Map<number | 'nemesis', Operation>();
  const processes = [0, 1, 2, 2 ** 30];
  let time = 0;
  for (const { thread, f, key, value, type, error, pause, isNemesis } of all) {
    const process = isNemesis ? ('nemesis' as const) : (processes[thread] ?? 0);
    const begun = open.get(process);
    const index = history.length;
    time += pause;
    if (begun === undefined) {
      const operation = {
        index,
        process,
        type: 'invoke' as const,
        f,
        ...(key === undefined ? {} : { key }),
        value,
        time,
      };
      open.set(process, operation);
      history.push(operation);
    } else {
      const { index: _, type: __, ...rest } = begun;
      open.delete(process);
      if (type === 'info' && !isNemesis) processes[thread] = (processes[thread] ?? 0) + 4;
      history.push({ ...rest, index, type, value, time, ...(error === undefined ? {} : { error }) });
    }
  }
  return history;
});

export interface Style {
  readonly space: string;
  readonly isReversed: boolean;
}

export const styles: fc.Arbitrary<Style> = fc.record({
  space: fc.constantFrom('', ' ', '\t  '),
  isReversed: fc.boolean(),
});

/** `history` as Clew's own form. */
export function jsonText(history: History, { space, isReversed }: Style): string {
  const line = (operation: Operation): string => {
    const fields = Object.entries(operation).map(([name, value]) => {
      return `${space}"${name}"${space}:${space}${jsonOf(value as Json, space)}${space}`;
    });
    return `{${(isReversed ? fields.reverse() : fields).join(',')}}${space}\n`;
  };
  return history.map(line).join('');
}

function jsonOf(value: Json, space: string): string {
  return Array.isArray(value)
    ? `[${space}${value.map((item: Json) => jsonOf(item, space)).join(`${space},`)}${space}]`
    : JSON.stringify(value);
}

/** `history` as Jepsen writes it. */
export function ednText(history: History, { space, isReversed }: Style, container: 'lines' | 'vector'): string {
  const separator = space === '' ? ', ' : space;
  const operation = ({ process, type, f, key, value, time, error, index }: Operation): string => {
    const fields = [
      `:process ${process === 'nemesis' ? ':nemesis' : process}`,
      `:type${separator}:${type}`,
      `:f :${f}`,
      `:value ${ednOf(value, separator)}`,
      `:time ${time}`,
      `:index ${index}`,
      ...(key === undefined ? [] : [`:key ${ednString(key)}`]),
      ...(error === undefined ? [] : [`:error ${ednString(error)}`]),
    ];
    return `{${space}${(isReversed ? fields.reverse() : fields).join(separator)}${space}}`;
  };
  const all = history.map(operation);
  return container === 'lines' ? all.map((text) => `${text}\n`).join('') : `[${all.join(`${space}\n${space}`)}]`;
}

function ednOf(value: Json, separator: string): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return ednString(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => ednOf(item, separator)).join(separator)}]`;
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return `{${entries.map(([name, field]) => `:${name} ${ednOf(field, separator)}`).join(separator)}}`;
}

/** JSON has the escapes of EDN and more. */
const ednString = (text: string): string => JSON.stringify(text);
