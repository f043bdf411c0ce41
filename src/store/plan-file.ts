/** A run's plan as a file: a schedule that a person can read, edit and do again. */

import { readFile } from 'node:fs/promises';
import { messageOf, UsageError } from '../errors.ts';
import type { RunPlan } from './plan.ts';

/** One line for each operation and each fault, so that a list of them can be read and compared. */
export function formatPlan(plan: RunPlan): string {
  const { course, ...head } = plan;
  const lines = JSON.stringify(head, null, 2).slice(0, -2);
  const fields = Object.entries(course).map(([name, value]) => {
    if (!Array.isArray(value) || value.length === 0) return `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    const items = value.map((item) => `      ${JSON.stringify(item)}`);
    return `    ${JSON.stringify(name)}: [\n${items.join(',\n')}\n    ]`;
  });
  return `${lines},\n  "course": {\n${fields.join(',\n')}\n  }\n}\n`;
}

/** Throws a UsageError that says what is wrong and where. */
export async function readPlan(path: string): Promise<RunPlan> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    throw new UsageError(`cannot read ${path}: ${messageOf(thrown)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new UsageError(`${path} is no schedule: ${messageOf(thrown)}`);
  }
  return planFrom(value, path);
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a file or a record holds as a plan, checked as far as a mistake of the hand goes. Throws a UsageError. */
export function planFrom(value: unknown, path: string): RunPlan {
  const wrong = (what: string, expected: string, found: unknown): UsageError => {
    const shown = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 60);
    return new UsageError(`${path} is no schedule: ${what} should be ${expected}, and there is ${shown}`);
  };
  if (!isFields(value)) throw wrong('it', 'a JSON object', value);
  const number = (of: Fields, name: string, at = ''): number => {
    const found = of[name];
    if (typeof found === 'number' && Number.isFinite(found) && found >= 0) return found;
    throw wrong(`${at}"${name}"`, 'a number of at least 0', found);
  };
  const list = (of: Fields, name: string, at = ''): readonly unknown[] => {
    const found = of[name];
    if (Array.isArray(found)) return found;
    throw wrong(`${at}"${name}"`, 'a list', found);
  };
  const text = (of: Fields, name: string, at = ''): void => {
    const found = of[name];
    if (typeof found !== 'string') throw wrong(`${at}"${name}"`, 'text', found);
  };
  if (value['format'] !== 'clew-schedule') throw wrong('"format"', '"clew-schedule"', value['format']);
  if (value['version'] !== 1) throw wrong('"version"', '1, which is what this version of Clew reads', value['version']);
  text(value, 'system');
  text(value, 'workload');
  number(value, 'seed');
  const nodes = list(value, 'nodes');
  if (nodes.length === 0 || !nodes.every((node) => typeof node === 'string')) {
    throw wrong('"nodes"', 'a list of names', value['nodes']);
  }
  const threads = number(value, 'concurrency');
  if (!Number.isInteger(threads) || threads < 1) throw wrong('"concurrency"', 'a whole number from 1', threads);
  for (const name of ['settings', 'simulator'] as const) {
    if (!isFields(value[name])) throw wrong(`"${name}"`, 'an object', value[name]);
  }
  const { course } = value;
  if (!isFields(course)) throw wrong('"course"', 'an object', course);
  if (course['kind'] === 'drawn') {
    number(course, 'rate', 'course: ');
    list(course, 'schedule', 'course: ');
    list(course, 'lasting', 'course: ');
    return value as unknown as RunPlan;
  }
  if (course['kind'] !== 'listed') throw wrong('course: "kind"', '"listed" or "drawn"', course['kind']);
  list(course, 'healMs', 'course: ');
  for (const [i, operation] of list(course, 'operations', 'course: ').entries()) {
    const at = `operation ${i + 1}: `;
    if (!isFields(operation)) throw wrong(at, 'an object', operation);
    number(operation, 'atMs', at);
    text(operation, 'f', at);
    if (number(operation, 'thread', at) >= threads) {
      throw wrong(`${at}"thread"`, `below the concurrency, ${threads}`, operation['thread']);
    }
  }
  for (const [i, fault] of list(course, 'faults', 'course: ').entries()) {
    const at = `fault ${i + 1}: `;
    if (!isFields(fault)) throw wrong(at, 'an object', fault);
    const from = number(fault, 'atMs', at);
    text(fault, 'kind', at);
    if (fault['untilMs'] !== null && number(fault, 'untilMs', at) < from) {
      throw wrong(`${at}"untilMs"`, `null or at least its "atMs", ${from}`, fault['untilMs']);
    }
    const { node } = fault;
    if (node !== undefined && !nodes.some((known) => known === node)) {
      throw wrong(`${at}"node"`, `one of ${nodes.join(', ')}`, node);
    }
  }
  return value as unknown as RunPlan;
}
