import { appendFile, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TraceRecord } from '../../src/store/run.ts';
import { readTrace, saidByNode } from '../../src/store/trace-reader.ts';
import { openTrace } from '../../src/store/trace-writer.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clew-trace-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const path = (): string => join(directory, 'trace.jsonl');
const probe = (time: number): TraceRecord => ({ time, node: 'n1', kind: 'probe', name: 'term', detail: time });
const all = (): boolean => true;

describe('the trace', () => {
  it('comes back as it was written', async () => {
    const trace = openTrace(directory);
    const records = [probe(-5), probe(0), { time: 7, node: 'n2', kind: 'exit', name: 'SIGKILL' }, probe(3e12)];
    for (const record of records) trace.write(record);
    trace.close();
    expect(await readTrace(path(), all)).toEqual({ records, unreadable: 0 });
  });

  it('is on its way to the disk at the latest with the next record a second later', async () => {
    const trace = openTrace(directory);
    for (const time of [0, 0.3e9, 0.6e9]) trace.write(probe(time));
    expect((await readTrace(path(), all)).records).toHaveLength(1);
    trace.write(probe(1.2e9));
    expect((await readTrace(path(), all)).records).toHaveLength(4);
    trace.close();
  });

  it('keeps its memory bounded: a simulated second may hold a million records', async () => {
    const trace = openTrace(directory);
    for (let i = 0; i < 5_000; i++) trace.write(probe(i));
    const written = await readFile(path(), 'utf8');
    expect(written.length).toBeGreaterThan(100_000);
    trace.close();
    expect((await readTrace(path(), all)).records).toHaveLength(5_000);
  });

  it.skipIf(!existsSync('/dev/full'))('of which the disk is full says so once, at the end', async () => {
    await symlink('/dev/full', path());
    const trace = openTrace(directory);
    for (let i = 0; i < 5_000; i++) trace.write(probe(i * 1e9));
    expect(() => {
      trace.close();
    }).toThrow(/cannot write .*trace\.jsonl: no space left/);
    trace.close();
  });

  it('ends at its limit, and says so', async () => {
    const trace = openTrace(directory, 500);
    for (let i = 0; i < 1_000; i++) trace.write(probe(i));
    trace.close();
    const { records } = await readTrace(path(), all);
    expect(records.length).toBeGreaterThan(3);
    expect(records.length).toBeLessThan(12);
    expect(records.at(-1)).toMatchObject({
      kind: 'log',
      name: 'the trace ends here: it has reached its limit of 500 characters',
    });
  });

  it('tolerates a cut line, and counts it', async () => {
    const trace = openTrace(directory);
    trace.write(probe(1));
    trace.close();
    await appendFile(path(), '{"time":2,"node":"n1","ki');
    expect(await readTrace(path(), all)).toMatchObject({ records: [probe(1)], unreadable: 1 });
  });

  it('can be read without messages and timers, which are most of it', async () => {
    const trace = openTrace(directory);
    trace.write(probe(1));
    trace.write({ time: 2, node: 'n1', kind: 'send', name: 'AppendEntries' });
    trace.close();
    expect((await readTrace(path(), saidByNode)).records).toEqual([probe(1)]);
  });

  it('that was never written is empty', async () => {
    expect(await readTrace(path(), all)).toEqual({ records: [], unreadable: 0 });
  });
});
