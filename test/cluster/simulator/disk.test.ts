import { describe, expect, it } from 'vitest';
import { simulatedDisk, type SimulatedDisk } from '../../../src/cluster/simulator/disk.ts';
import { deepFreeze } from '../../../src/cluster/simulator/freeze.ts';

const newDisk = (): SimulatedDisk => simulatedDisk({ onSync: () => undefined, freeze: deepFreeze });

const recovered = (storage: SimulatedDisk) => {
  const recovery = storage.recover();
  if (recovery.kind === 'refused') throw new Error(recovery.why);
  return recovery;
};
const recordsIn = (storage: SimulatedDisk) => recovered(storage).image.logs.get('log')?.records ?? [];

/** So many durable records of a single write each. */
const filled = (records: number): SimulatedDisk => {
  const storage = newDisk();
  for (let i = 0; i < records; i++) {
    storage.disk.append('log', i);
    storage.disk.sync();
    storage.completeSync();
  }
  return storage;
};

describe('a crash', () => {
  it.each([
    [0, 0],
    [0.4, 1],
    [0.99, 2],
  ])('keeps nothing that was not synced, and any prefix of what was on its way (%d)', (kept, expected) => {
    const storage = newDisk();
    storage.disk.append('log', 'a');
    storage.disk.append('log', 'b');
    storage.disk.sync();
    storage.disk.append('log', 'c');
    storage.crash(kept, false);
    expect(recordsIn(storage)).toEqual(['a', 'b'].slice(0, expected));
  });

  it('may leave half of a record where the power failed; recovery drops it, once', () => {
    const storage = newDisk();
    const long = 'x'.repeat(1000);
    storage.disk.append('log', 'a');
    storage.disk.append('log', long);
    storage.disk.sync();
    storage.crash(0.75, true);
    const first = recovered(storage);
    expect(first.image.logs.get('log')?.records).toEqual(['a']);
    expect(first.droppedBytes).toBeGreaterThan(400);
    expect(first.droppedBytes).toBeLessThan(600);
    expect(recovered(storage).droppedBytes).toBe(0);
  });

  it('tears nothing when nothing was on its way', () => {
    const storage = filled(3);
    storage.disk.append('log', 'never synced');
    storage.crash(0.9, true);
    expect(recovered(storage)).toMatchObject({ droppedBytes: 0 });
    expect(recordsIn(storage)).toEqual([0, 1, 2]);
  });
});

it('truncates at the end and trims at the front, by position', () => {
  const storage = newDisk();
  for (const record of ['a', 'b', 'c', 'd']) storage.disk.append('log', record);
  storage.disk.trim('log', 1);
  storage.disk.truncate('log', 3);
  storage.disk.append('log', 'e');
  storage.disk.sync();
  storage.completeSync();
  const log = () => recovered(storage).image.logs.get('log');
  expect(log()).toEqual({ first: 1, records: ['b', 'c', 'e'] });
  storage.disk.trim('log', 9);
  storage.disk.append('log', 'z');
  storage.disk.sync();
  storage.completeSync();
  expect(log()).toEqual({ first: 9, records: ['z'] });
  storage.disk.truncate('log', 4);
  storage.disk.append('log', 'y');
  storage.disk.sync();
  storage.completeSync();
  expect(log()).toEqual({ first: 4, records: ['y'] });
});

describe('damage to a durable record', () => {
  it.each([
    ['bit-flip', 0, 'record 0 of 5 does not have its checksum, though intact ones follow'],
    ['bit-flip', 0.999, 'record 3 of 5 does not have its checksum, though intact ones follow'],
    ['misdirected', 0.5, 'record 2 of 5 is not the one that was written there, though intact ones follow'],
  ] as const)('%s at %d is found out at the next start, and at every later one', (kind, place, why) => {
    const storage = filled(5);
    expect(storage.damage({ kind, place })).toBe(true);
    storage.crash(1, false);
    expect(storage.recover()).toEqual({ kind: 'refused', why });
    expect(storage.recover()).toEqual({ kind: 'refused', why });
  });

  it('is unknown to the process that wrote it: it goes on writing', () => {
    const storage = filled(2);
    storage.damage({ kind: 'bit-flip', place: 0 });
    storage.disk.append('log', 'more');
    storage.disk.sync();
    storage.completeSync();
    expect(storage.durable().logs.get('log')?.records).toEqual([0, 1, 'more']);
  });

  it('never strikes the last record, which could not be told from a torn one', () => {
    for (const records of [0, 1]) {
      const storage = filled(records);
      expect(storage.damage({ kind: 'bit-flip', place: 0 })).toBe(false);
      expect(recordsIn(storage)).toHaveLength(records);
    }
  });
});

describe('what a disk has from the beginning', () => {
  const found = { values: new Map([['term', 3]]), logs: new Map([['log', { first: 2, records: ['a', 'b'] }]]) };

  it('is durable, and is what the first start finds', () => {
    const storage = simulatedDisk({ onSync: () => undefined, freeze: deepFreeze, found });
    storage.crash(0, false);
    expect(recovered(storage).image).toEqual(found);
  });

  it('is its own: later writes change nothing where it came from', () => {
    const storage = simulatedDisk({ onSync: () => undefined, freeze: deepFreeze, found });
    storage.disk.append('log', 'c');
    storage.disk.sync();
    storage.completeSync();
    expect(recordsIn(storage)).toEqual(['a', 'b', 'c']);
    expect(found.logs.get('log')?.records).toEqual(['a', 'b']);
  });
});
