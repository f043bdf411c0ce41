import { appendFile, mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunError, UsageError } from '../../src/errors.ts';
import { createRunDirectory, linkLatest, nodeLogFile, runFile } from '../../src/store/layout.ts';
import type { TraceRecord } from '../../src/store/run.ts';
import { messagesMax, readRun } from '../../src/store/read.ts';
import { openTrace } from '../../src/store/trace-writer.ts';
import { writeResults, writeTest } from '../../src/store/write.ts';
import { sampleRun } from '../reports/sample-run.ts';

const sample = sampleRun();
let store = '';
let directory = '';

beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), 'clew-read-'));
  directory = await createRunDirectory({ store, system: 'raft', seed: 1, startedAt: new Date(0) });
  await writeTest(directory, sample.test);
  const lines = sample.history.slice(0, 200).map((operation) => `${JSON.stringify(operation)}\n`);
  await writeFile(runFile(directory, 'history'), lines.join(''));
  const trace = openTrace(directory);
  for (const record of sample.trace) trace.write(record);
  trace.close();
  if (sample.results !== null) await writeResults(directory, sample.results);
  await linkLatest(store, directory);
});
afterEach(async () => {
  await rm(store, { recursive: true, force: true });
});

describe('reading a run', () => {
  it('gives back what was written, through the link to the latest too', async () => {
    const run = await readRun(join(store, 'latest'));
    expect(run.test).toEqual(sample.test);
    expect(run.history).toEqual(sample.history.slice(0, 200));
    expect(run.trace).toEqual(sample.trace);
    expect(run.results).toEqual(sample.results);
    expect(run.notes).toEqual([]);
    expect(run.directory).toMatch(/raft/);
  });

  it('has the messages of a run, in their place among what nodes said, unless there are too many', async () => {
    expect((await readRun(directory)).course).toBeUndefined();
    const message: TraceRecord = { time: 9e12, node: 'n1', kind: 'send', name: 'n2', detail: { type: 'hello' } };
    const timer: TraceRecord = { time: 9e12, node: 'n1', kind: 'timer', name: 'beat' };
    const more = openTrace(directory);
    for (const record of [message, timer, message]) more.write(record);
    more.close();
    const run = await readRun(directory);
    expect(run.course).toEqual([...sample.trace, message, message]);
    expect(run.trace).toEqual(sample.trace);
    const many = openTrace(directory);
    for (let i = 0; i < messagesMax; i++) many.write(message);
    many.close();
    expect((await readRun(directory)).course).toBeUndefined();
  });

  it('tolerates a run that was killed: no results, and a last line that is cut off', async () => {
    await unlink(runFile(directory, 'results'));
    await appendFile(runFile(directory, 'history'), '{"index":200,"proc');
    const run = await readRun(directory);
    expect(run.history).toHaveLength(200);
    expect(run.results).toBeNull();
    expect(run.notes).toEqual([
      expect.stringMatching(/history\.jsonl:201.*cut off/),
      expect.stringMatching(/results\.json is missing/),
    ]);
  });

  it('tolerates a run that ended before its first operation', async () => {
    await unlink(runFile(directory, 'history'));
    await unlink(runFile(directory, 'trace'));
    const run = await readRun(directory);
    expect([run.history, run.trace]).toEqual([[], []]);
    expect(run.notes).toEqual([expect.stringMatching(/history\.jsonl is missing/)]);
  });

  it('gives the ends of the nodes’ logs, in whole lines', async () => {
    const path = nodeLogFile(directory, 'n2');
    await mkdir(dirname(path));
    await writeFile(path, Array.from({ length: 5_000 }, (_, i) => `line ${String(i)}\n`).join(''));
    const { logs } = await readRun(directory);
    expect(logs).toMatchObject([{ node: 'n2', path: join('n2', 'log.jsonl') }]);
    expect(logs[0]?.tail).toHaveLength(40);
    expect(logs[0]?.tail.at(-1)).toBe('line 4999');
    expect(logs[0]?.tail[0]).toBe('line 4960');

    const long = Array.from({ length: 50 }, (_, i) => `${String(i)} ${'x'.repeat(1_000)}`);
    await writeFile(path, long.join('\n'));
    const [log] = (await readRun(directory)).logs;
    expect(log?.tail.length).toBeGreaterThan(10);
    expect(long.slice(-(log?.tail.length ?? 0))).toEqual(log?.tail);
  });

  it('says what is wrong with a path that is no run', async () => {
    await expect(readRun(store)).rejects.toThrow(UsageError);
    await expect(readRun(join(store, 'nowhere'))).rejects.toThrow(/no run in .*nowhere: expected .*test\.json/);
  });

  it('names the file that is damaged', async () => {
    for (const [text, problem] of [
      ['{"version":1', /cannot read .*test\.json: /],
      ['[]', /expected version 1, found none/],
      ['{"version":2}', /expected version 1, found 2/],
      ['{"version":1,"system":"raft"}', /missing runId, startedAt/],
    ] as const) {
      await writeFile(runFile(directory, 'test'), text);
      await expect(readRun(directory)).rejects.toThrow(RunError);
      await expect(readRun(directory)).rejects.toThrow(problem);
    }
  });
});
