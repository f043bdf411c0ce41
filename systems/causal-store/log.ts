/**
 * All writes that a node has taken, in the order in which it takes them, on disk and in memory. What all nodes have is cut
 * off at the front, once a snapshot of the store covers it.
 *
 * At most one sync is under way; whatever is written meanwhile shares the next one (group commit).
 */

import { invariant } from '../protocol.ts';
import type { Disk, DiskImage, SyncTicket } from '../protocol.ts';
import type { Snapshot, Write } from './messages.ts';

export class WriteLog {
  /** Position of the first write that is kept. */
  first = 0;
  /** Writes at positions below this are durable. */
  durable = 0;
  readonly #disk: Disk;
  #writes: Write[] = [];
  #dirty = false;
  #ticket: SyncTicket | null = null;
  #syncingTo = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Takes over what the disk has: the snapshot, and the writes that it lacks are those from its position on. */
  recover({ values, logs }: DiskImage): Snapshot | null {
    const snapshot = (values.get('snapshot') ?? null) as Snapshot | null;
    const found = logs.get('writes');
    this.first = found?.first ?? 0;
    this.#writes = [...((found?.records ?? []) as readonly Write[])];
    this.durable = this.end;
    const position = snapshot?.position ?? 0;
    invariant(
      this.first <= position && position <= this.end,
      () => `the disk's snapshot is of position ${position}, its log from ${this.first} to ${this.end}`,
    );
    return snapshot;
  }

  /** Position of the next write. */
  get end(): number {
    return this.first + this.#writes.length;
  }

  at(position: number): Write {
    const write = this.#writes[position - this.first];
    invariant(write !== undefined, () => `position ${position} of a log from ${this.first} to ${this.end}`);
    return write;
  }

  /** Returns its position. */
  append(write: Write): number {
    this.#dirty = true;
    this.#disk.append('writes', write);
    return this.#writes.push(write) + this.first - 1;
  }

  /** Forgets the writes before `first`, which `snapshot` covers. */
  compact(first: number, snapshot: Snapshot): void {
    invariant(
      first <= snapshot.position && snapshot.position <= this.durable,
      () => `cutting at ${first} with a snapshot of ${snapshot.position}, durable up to ${this.durable}`,
    );
    this.#dirty = true;
    this.#disk.put('snapshot', snapshot);
    this.#disk.trim('writes', first);
    this.#writes.splice(0, first - this.first);
    this.first = first;
  }

  /** Starts a sync unless there is nothing new or one is under way. */
  flush(): void {
    if (!this.#dirty || this.#ticket !== null) return;
    this.#dirty = false;
    this.#syncingTo = this.end;
    this.#ticket = this.#disk.sync();
  }

  /** The sync under way has completed. */
  synced(ticket: SyncTicket): void {
    invariant(ticket === this.#ticket, () => `sync ${ticket} completed, but ${this.#ticket ?? 'none'} was under way`);
    this.#ticket = null;
    this.durable = this.#syncingTo;
  }
}
