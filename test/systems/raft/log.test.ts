import { describe, expect, it } from 'vitest';
import type { DiskImage, Json } from '../../../systems/protocol.ts';
import { Log } from '../../../systems/raft/log.ts';
import type { Entry, Snapshot } from '../../../systems/raft/messages.ts';
import { Storage } from '../../../systems/raft/storage.ts';
import { alone, diskWith } from './alone.ts';
import { testDisk } from './disk.ts';

const entry = (term: number): Entry => ({ term, command: null });

function logWith(...terms: readonly number[]) {
  const disk = testDisk(() => undefined);
  const storage = new Storage(disk);
  const log = new Log(storage);
  log.recover(undefined, null);
  for (const term of terms) log.append(entry(term));
  return { disk, storage, log };
}

describe('the log', () => {
  it('finds terms in it', () => {
    const { log } = logWith(1, 1, 3, 3, 5);
    expect([1, 2, 3, 4, 5, 6].map((term) => log.firstIndexFrom(term))).toEqual([1, 3, 3, 5, 5, 6]);
    expect([0, 1, 2, 3, 4, 5, 6].map((term) => log.lastIndexOf(term))).toEqual([0, 2, null, 4, null, 5, null]);
  });

  it('keeps the term of its base after compaction, and nothing before it', () => {
    const { log } = logWith(1, 1, 3, 3, 5);
    log.compact(3);
    expect([log.first, log.lastIndex, log.term(3)]).toEqual([3, 5, 3]);
    expect(log.slice(4, 6)).toEqual([entry(3), entry(5)]);
    expect(log.lastIndexOf(1)).toBeNull();
    expect(log.matches(2, 1)).toBe(false);
    expect(() => log.slice(3, 4)).toThrow('not after the base');
    expect(() => log.term(2)).toThrow('outside the log');
  });

  it('has the same on disk: entry i at position i', () => {
    const { disk, storage, log } = logWith(1, 1, 3, 3, 5);
    log.truncate(5);
    log.append(entry(6));
    log.compact(2);
    storage.sync();
    disk.complete();
    expect(disk.crash().logs.get('log')).toEqual({ first: 2, records: [1, 3, 3, 6].map(entry) });
  });

  it('does not take for durable what was appended after the sync began, or replaced since', () => {
    const { disk, storage, log } = logWith(1, 1);
    storage.sync();
    log.syncStarted();
    log.truncate(2);
    log.append(entry(2));
    log.append(entry(2));
    storage.synced(disk.complete() ?? 0);
    log.syncCompleted();
    expect(log.durableIndex).toBe(1);
  });

  it('never takes a term that goes down', () => {
    const { log } = logWith(3);
    expect(() => {
      log.append(entry(2));
    }).toThrow('appending term 2 after term 3');
  });
});

describe('recovering the log', () => {
  const snapshot = (lastIndex: number, lastTerm: number): Snapshot => ({ lastIndex, lastTerm, data: '' });
  const recover = (first: number, terms: readonly number[], found: Snapshot | null) => {
    const log = new Log(new Storage(testDisk(() => undefined)));
    log.recover({ first, records: terms.map(entry) }, found);
    return log;
  };

  it('keeps entries beyond a snapshot that it agrees with', () => {
    const log = recover(4, [1, 1, 2, 2], snapshot(5, 1));
    expect([log.first, log.lastIndex, log.durableIndex]).toEqual([4, 7, 7]);
  });

  it.each([
    { name: 'ends before the snapshot', first: 0, terms: [0, 1, 1] },
    { name: 'has another term there', first: 0, terms: [0, 1, 1, 1, 1, 1, 1] },
    { name: 'was emptied already', first: 5, terms: [] },
  ])('starts at the snapshot when the log $name', ({ first, terms }) => {
    const log = recover(first, terms, snapshot(5, 2));
    expect([log.first, log.lastIndex, log.lastTerm, log.durableIndex]).toEqual([5, 5, 2, 0]);
  });

  it('stops at a gap between snapshot and log', () => {
    expect(() => recover(7, [2], snapshot(5, 2))).toThrow('starts at 7, but the snapshot ends at 5');
    expect(() => recover(7, [2], null)).toThrow('starts at 7');
  });
});

describe('a server', () => {
  it('does not start on a disk that lost part of what it must have', () => {
    const { values, logs } = diskWith(3, [1, 3]);
    const broken: DiskImage[] = [
      { values: new Map(), logs },
      { values, logs: new Map() },
      { values: new Map<string, Json>([['hard-state', { term: 2, votedFor: null }]]), logs },
    ];
    expect(() => alone({ image: broken[0] ?? { values, logs } })).toThrow('log entries or a snapshot but no term');
    expect(() => alone({ image: broken[1] ?? { values, logs } })).toThrow('a term but no log');
    expect(() => alone({ image: broken[2] ?? { values, logs } })).toThrow('behind its log');
  });

  it('refuses settings that make no sense', () => {
    expect(() => alone({ settings: { heartbeat: 5 } })).toThrow('raft has no setting "heartbeat" (known: heartbeatMs,');
    expect(() => alone({ settings: { heartbeatMs: -1 } })).toThrow('must be an integer of at least 1, not -1');
    expect(() => alone({ settings: { heartbeatMs: 500 } })).toThrow('must be below "electionTimeoutMs" (400)');
  });
});
