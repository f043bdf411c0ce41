/**
 * The replicated log, in memory and on disk. Entry i is at position i of the disk's log `log`.
 *
 * The first record is the base: its term is known, its command is not used any more. On a fresh server that is a
 * sentinel at position 0, of term 0; after compaction, an entry that the snapshot covers. Terms never decrease along the log.
 */

import { invariant } from '../protocol.ts';
import type { DiskLog, Json } from '../protocol.ts';
import type { Entry, Snapshot } from './messages.ts';
import type { Storage } from './storage.ts';

const NAME = 'log';

export class Log {
  /** Entries up to this index are durable, here. */
  durableIndex = 0;
  readonly #storage: Storage;
  #entries: Entry[] = [];
  #first = 0;
  /** The last index that the sync under way covers. */
  #syncingIndex = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /**
   * Takes up what is on disk. A crash between the writes of `reset` leaves a snapshot that the log does not reach or
   * contradicts; the log is then set to start at the snapshot.
   */
  recover(found: DiskLog | undefined, snapshot: Snapshot | null): void {
    if (found === undefined || (found.first === 0 && found.records.length === 0)) {
      invariant(snapshot === null, 'the disk has a snapshot but no log');
      this.#entries = [];
      this.#push({ term: 0, command: null });
      return;
    }
    const covered = snapshot?.lastIndex ?? 0;
    invariant(found.first <= covered, () => `the log starts at ${found.first}, but the snapshot ends at ${covered}`);
    this.#first = found.first;
    this.#entries = found.records.map(entryFrom);
    this.durableIndex = this.#syncingIndex = this.lastIndex;
    if (snapshot !== null && !this.matches(snapshot.lastIndex, snapshot.lastTerm)) {
      this.reset(snapshot.lastIndex, snapshot.lastTerm);
    }
  }

  /** Index of the base. */
  get first(): number {
    return this.#first;
  }

  get lastIndex(): number {
    return this.#first + this.#entries.length - 1;
  }

  get lastTerm(): number {
    return this.term(this.lastIndex);
  }

  /** The term of entry `index`, which must be the base or later. */
  term(index: number): number {
    return this.entry(index).term;
  }

  entry(index: number): Entry {
    const entry = this.#entries[index - this.#first];
    invariant(entry !== undefined, () => `entry ${index} is outside the log [${this.#first}, ${this.lastIndex}]`);
    return entry;
  }

  matches(index: number, term: number): boolean {
    return this.#entries[index - this.#first]?.term === term;
  }

  /** Entries `from` (after the base) up to `to`, exclusive. */
  slice(from: number, to: number): readonly Entry[] {
    invariant(from > this.#first, () => `entry ${from} is not after the base ${this.#first}`);
    return this.#entries.slice(from - this.#first, to - this.#first);
  }

  append(entry: Entry): void {
    invariant(entry.term >= this.lastTerm, () => `appending term ${entry.term} after term ${this.lastTerm}`);
    this.#push(entry);
  }

  /** Drops the entries from `index` on. */
  truncate(index: number): void {
    invariant(index > this.#first, () => `truncating at ${index}, not after the base ${this.#first}`);
    this.#entries.length = index - this.#first;
    this.#storage.truncate(NAME, index);
    this.#lost(index - 1);
  }

  /** Makes entry `index` the base, and drops what is before it. */
  compact(index: number): void {
    if (index <= this.#first) return;
    this.#entries.splice(0, index - this.#first);
    this.#first = index;
    this.#storage.trim(NAME, index);
  }

  /** Drops everything; the log now ends at `index`, of `term`, and that is its base. */
  reset(index: number, term: number): void {
    if (index <= this.lastIndex) this.#storage.truncate(NAME, index);
    this.#storage.trim(NAME, index);
    this.#entries = [];
    this.#first = index;
    // Nothing of the old log may count as part of the new one, not even before `index`: a crash now may bring it back.
    this.#lost(0);
    this.#push({ term, command: null });
  }

  /** The smallest index after the base whose term is at least `term`; past the end when there is none. */
  firstIndexFrom(term: number): number {
    let low = this.#first + 1;
    let high = this.lastIndex + 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.term(middle) < term) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last index of an entry of `term`, the base included; null when there is none. */
  lastIndexOf(term: number): number | null {
    const index = this.firstIndexFrom(term + 1) - 1;
    return this.term(index) === term ? index : null;
  }

  /** A sync has started that covers everything written so far. */
  syncStarted(): void {
    this.#syncingIndex = this.lastIndex;
  }

  /** The sync that started last has completed. */
  syncCompleted(): void {
    this.durableIndex = Math.max(this.durableIndex, this.#syncingIndex);
  }

  #push(entry: Entry): void {
    this.#entries.push(entry);
    this.#storage.append(NAME, entry);
  }

  /** Only `last` and before can be durable now: what a sync under way covers beyond it is gone. */
  #lost(last: number): void {
    this.durableIndex = Math.min(this.durableIndex, last);
    this.#syncingIndex = Math.min(this.#syncingIndex, last);
  }
}

function entryFrom(record: Json): Entry {
  invariant(isEntry(record), () => `the disk's log holds ${JSON.stringify(record)}, which is no entry`);
  return record;
}

function isEntry(record: Json): record is Entry {
  return typeof record === 'object' && record !== null && 'term' in record && typeof record['term'] === 'number';
}
