import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunError } from '../../src/errors.ts';
import type { Operation } from '../../src/history/operation.ts';
import { readHistoryFile } from '../../src/history/reader.ts';
import { formatOperation, openHistory, type FlushClock } from '../../src/history/writer.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(directory, 'history.jsonl');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const operation = (index: number, value = 'v'): Operation => ({
  index,
  process: index,
  type: 'invoke',
  f: 'write',
  key: 'x',
  value,
  time: index,
});

/** A clock that moves by hand; `timers: false` is an event loop that is too busy for timers. */
function manualClock({ timers }: { timers: boolean }): FlushClock & { advance(ms: number): void } {
  let now = 0;
  let waiting: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after(ms, action) {
      const timer = { at: now + ms, action };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      now += ms;
      if (!timers) return;
      for (const { at, action } of [...waiting]) if (at <= now) action();
    },
  };
}

const written = (): string => readFileSync(path, 'utf8');

describe('a line', () => {
  test('has its keys in one order, whatever the order of the operation', () => {
    const mixed: Operation = {
      node: 'n1',
      error: 'timeout',
      time: 5,
      value: [1, { b: 2 }],
      key: 'x',
      f: 'cas',
      type: 'info',
      process: 'nemesis',
      index: 3,
    };
    expect(formatOperation(mixed)).toBe(
      '{"index":3,"process":"nemesis","type":"info","f":"cas","key":"x","value":[1,{"b":2}],"time":5,"error":"timeout","node":"n1"}\n',
    );
  });

  test('leaves out what the operation does not have', () => {
    const bare: Operation = { index: 0, process: 0, type: 'invoke', f: 'read', value: null, time: 0 };
    expect(formatOperation(bare)).toBe('{"index":0,"process":0,"type":"invoke","f":"read","value":null,"time":0}\n');
  });
});

describe('what was written', () => {
  test('is read back as it was, once the writer is closed', () => {
    const writer = openHistory(path);
    const history = Array.from({ length: 3000 }, (_, i) => operation(i, 'line\nbreak, "quote", ü, \u2028'));
    for (const each of history) writer.write(each);
    writer.close();
    writer.close();
    expect(readHistoryFile(path)).toEqual(history);
  });

  test('is in the file after a second, though nothing more comes', () => {
    const clock = manualClock({ timers: true });
    const writer = openHistory(path, clock);
    writer.write(operation(0));
    clock.advance(600);
    writer.write(operation(1));
    clock.advance(399);
    expect(written()).toBe('');
    clock.advance(1);
    expect(written().split('\n')).toHaveLength(3);
    writer.write(operation(2));
    clock.advance(1000);
    expect(written().split('\n')).toHaveLength(4);
    writer.close();
  });

  test('is in the file a second later with the next operation, though no timer ever fires', () => {
    const clock = manualClock({ timers: false });
    const writer = openHistory(path, clock);
    writer.write(operation(0));
    clock.advance(1000);
    expect(written()).toBe('');
    writer.write(operation(1));
    expect(written().split('\n')).toHaveLength(3);
    writer.close();
  });

  test('does not pile up in memory: much of it is written at once', () => {
    const writer = openHistory(path, manualClock({ timers: false }));
    for (let i = 0; i < 3000; i++) writer.write(operation(i));
    expect(written().length).toBeGreaterThan(3000 * formatOperation(operation(1000)).length - 70_000);
    writer.close();
  });

  test('outlives SIGKILL but for the last second', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writer-child.ts'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const writtenAt: number[] = [];
    for await (const line of createInterface(child.stdout)) {
      const [index, at] = line.split(' ').map(Number);
      writtenAt[index ?? 0] = at ?? 0;
      if ((writtenAt.at(-1) ?? 0) - (writtenAt[0] ?? 0) > 1500) break;
    }
    child.kill('SIGKILL');
    const killedAt = writtenAt.at(-1) ?? 0;
    await once(child, 'close');
    const kept = readHistoryFile(path, { tolerateCut: true });
    // A flush takes its time on a busy machine.
    const old = writtenAt.filter((at) => at < killedAt - 1200).length;
    expect(old).toBeGreaterThan(10);
    expect(kept.length).toBeGreaterThanOrEqual(old);
    expect(kept.length).toBeLessThan(writtenAt.length + 100);
  });
});

describe('what goes wrong', () => {
  test.runIf(existsSync('/dev/full'))('a full disk is one RunError, from the next write on', () => {
    const writer = openHistory('/dev/full', manualClock({ timers: false }));
    writer.write(operation(0));
    writer.flush();
    const thrown: unknown[] = [];
    for (const act of [
      () => writer.write(operation(1)),
      () => writer.write(operation(2)),
      () => writer.close(),
      () => writer.close(),
    ]) {
      try {
        act();
      } catch (error) {
        thrown.push(error);
      }
    }
    expect(thrown).toHaveLength(2);
    expect(thrown[0]).toBe(thrown[1]);
    expect(thrown[0]).toBeInstanceOf(RunError);
    expect(String(thrown[0])).toMatch(/cannot write the history \/dev\/full: no space left on the device/);
  });

  test.runIf(existsSync('/dev/full'))('a disk that is full at the end is told by close', () => {
    const writer = openHistory('/dev/full', manualClock({ timers: false }));
    writer.write(operation(0));
    expect(() => {
      writer.close();
    }).toThrow(/no space left/);
  });

  test('a file that can not be made is a RunError that names it', () => {
    expect(() => openHistory(join(directory, 'missing', 'history.jsonl'))).toThrow(RunError);
    expect(() => openHistory(join(directory, 'missing', 'history.jsonl'))).toThrow(/missing\/history\.jsonl/);
  });

  test('an operation after the end is refused', () => {
    const writer = openHistory(path);
    writer.close();
    expect(() => {
      writer.write(operation(0));
    }).toThrow(/is closed: operation 0 came too late/);
  });
});
