import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPlan, readPlan } from '../../src/store/plan-file.ts';
import type { RunPlan } from '../../src/store/plan.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clew-plan-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const plan: RunPlan = {
  format: 'clew-schedule',
  version: 1,
  clew: '0.1.0',
  system: 'raft',
  mutant: 'stale-read',
  workload: 'register',
  nodes: ['n1', 'n2', 'n3'],
  concurrency: 2,
  seed: 7,
  settings: { electionSpreadMs: 50 },
  simulator: {},
  progress: null,
  course: {
    kind: 'listed',
    operations: [
      { atMs: 10, thread: 0, f: 'write', key: 'k1', value: 1 },
      { atMs: 20, thread: 1, f: 'read', key: 'k1', value: null },
    ],
    faults: [{ kind: 'partition', edges: [['n1', 'n2']], atMs: 5, untilMs: null }],
    healMs: [30],
  },
};

async function read(text: string): Promise<RunPlan> {
  const path = join(directory, 'schedule.json');
  await writeFile(path, text);
  return readPlan(path);
}

const changed = (change: (plan: Record<string, unknown>) => void): string => {
  const copy = JSON.parse(JSON.stringify(plan)) as Record<string, unknown>;
  change(copy);
  return JSON.stringify(copy);
};
const inCourse = (name: string, value: unknown): string =>
  changed((copy) => ((copy['course'] as Record<string, unknown>)[name] = value));

describe('a schedule file', () => {
  it('is read as it was written, and has a line for each operation and each fault', async () => {
    const text = formatPlan(plan);
    expect(await read(text)).toEqual(plan);
    expect(text).toContain('\n      {"atMs":20,"thread":1,"f":"read","key":"k1","value":null}\n');
    expect(text).toContain('\n      {"kind":"partition","edges":[["n1","n2"]],"atMs":5,"untilMs":null}\n');
    expect(
      await read(formatPlan({ ...plan, course: { ...plan.course, operations: [] } as RunPlan['course'] })),
    ).toBeDefined();
  });

  it.each([
    ['', 'is no schedule: Unexpected end of JSON input'],
    ['[]', 'it should be a JSON object, and there is []'],
    [changed((copy) => (copy['format'] = 'x')), '"format" should be "clew-schedule", and there is "x"'],
    [
      changed((copy) => (copy['version'] = 2)),
      '"version" should be 1, which is what this version of Clew reads, and there is 2',
    ],
    [changed((copy) => delete copy['system']), '"system" should be text, and there is nothing'],
    [changed((copy) => (copy['nodes'] = [])), '"nodes" should be a list of names, and there is []'],
    [changed((copy) => (copy['concurrency'] = 0)), '"concurrency" should be a whole number from 1, and there is 0'],
    [changed((copy) => (copy['seed'] = '7')), '"seed" should be a number of at least 0, and there is "7"'],
    [changed((copy) => (copy['settings'] = null)), '"settings" should be an object, and there is null'],
    [inCourse('kind', 'other'), 'course: "kind" should be "listed" or "drawn", and there is "other"'],
    [inCourse('healMs', 3), 'course: "healMs" should be a list, and there is 3'],
    [
      inCourse('operations', [{ thread: 0, f: 'read' }]),
      'operation 1: "atMs" should be a number of at least 0, and there is nothing',
    ],
    [
      inCourse('operations', [{ atMs: 1, thread: 2, f: 'read' }]),
      'operation 1: "thread" should be below the concurrency, 2, and there is 2',
    ],
    [
      inCourse('faults', [{ kind: 'kill', node: 'n9', atMs: 1, untilMs: 2 }]),
      'fault 1: "node" should be one of n1, n2, n3, and there is "n9"',
    ],
    [
      inCourse('faults', [{ kind: 'kill', node: 'n1', atMs: 3, untilMs: 2 }]),
      'fault 1: "untilMs" should be null or at least its "atMs", 3, and there is 2',
    ],
  ])('is refused where it is wrong, with what was expected: %#', async (text, why) => {
    await expect(read(text)).rejects.toThrow(why);
  });

  it('that is not there is one clear line', async () => {
    await expect(readPlan(join(directory, 'nowhere.json'))).rejects.toThrow('cannot read ');
  });
});
