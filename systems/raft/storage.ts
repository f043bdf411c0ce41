/**
 * The disk, and how much of what was written to it is durable. At most one sync is under way; whatever is written
 * meanwhile shares the next one (group commit).
 */

import { invariant } from '../protocol.ts';
import type { Disk, Json, SyncTicket } from '../protocol.ts';

export class Storage {
  /** Number of writes made so far. */
  written = 0;
  /** Writes up to this number are durable. */
  durable = 0;
  readonly #disk: Disk;
  #syncing = 0;
  #ticket: SyncTicket | null = null;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  put(name: string, value: Json): void {
    this.written++;
    this.#disk.put(name, value);
  }

  append(log: string, record: Json): void {
    this.written++;
    this.#disk.append(log, record);
  }

  truncate(log: string, length: number): void {
    this.written++;
    this.#disk.truncate(log, length);
  }

  trim(log: string, first: number): void {
    this.written++;
    this.#disk.trim(log, first);
  }

  /** Whether there is something new and no sync under way. */
  maySync(): boolean {
    return this.#ticket === null && this.written > this.durable;
  }

  /** Starts a sync if it may; says whether it did. */
  sync(): boolean {
    if (!this.maySync()) return false;
    this.#syncing = this.written;
    this.#ticket = this.#disk.sync();
    return true;
  }

  /** The sync under way has completed. */
  synced(ticket: SyncTicket): void {
    invariant(ticket === this.#ticket, () => `sync ${ticket} completed, but ${this.#ticket ?? 'none'} was under way`);
    this.#ticket = null;
    this.durable = this.#syncing;
  }
}
