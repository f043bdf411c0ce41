/**
 * A simulated disk, as the real host's is on its write-ahead file (src/node/disk.ts, wal.ts). Writes wait in memory until
 * `sync` sends them on their way; one completed sync makes one record.
 *
 * What goes wrong:
 * - A crash loses all that wait, and of those on their way it keeps a prefix: the disk writes in order, and the power
 *   fails at some point. Where it failed half of a record may be left; recovery drops it, and nobody misses it.
 * - A sync takes long, or does not complete until something changes; or it fails, and then the process ends, since what a
 *   failed sync has left on the disk is not known, and a second one that succeeds says nothing about it (fsyncgate, 2018).
 * - A bit flips in a durable record, or a write goes to the place of another one. A process that runs never reads again
 *   what it has written, and so does not notice; checksums that cover the place show it to the next one, which refuses to
 *   start, for good: which of the records after it are what they should be nobody can tell.
 *
 * The fault model stops there. What was synced is there and reads back as it was written, or it is known not to be. A disk
 * that says that it has synced and has not, and one that brings back old records, would need protocols that count on it. So
 * does damage to the very last record: it can't be told from a torn one, and recovery would drop what was durable
 * (Alagappan et al., "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018). Therefore it does not happen here.
 */

import type { Disk, DiskImage, SyncTicket } from '../../../systems/protocol.ts';
import { applyWrite, copyOf, emptyImage, snapshot, type Write } from '../../node/image.ts';
import type { DiskDamage } from '../faults.ts';

/** What a node that starts finds. */
export type Recovery =
  /** `droppedBytes` of a record that was torn by the last crash. */
  | { readonly kind: 'recovered'; readonly image: DiskImage; readonly droppedBytes: number }
  | { readonly kind: 'refused'; readonly why: string };

export interface SimulatedDisk {
  /** The disk as the protocol of the present incarnation sees it. */
  readonly disk: Disk;
  /** The oldest sync under way has completed: its writes are durable. */
  completeSync(): void;
  /**
   * Forgets what was not durable; of the writes on their way keeps the share `kept` in [0, 1) that came first. `torn`:
   * not all of them, and half of the next one is there, too.
   */
  crash(kept: number, torn: boolean): void;
  /** Damages a durable record, for good; false when there is none that could be told from a torn one. */
  damage(damage: DiskDamage): boolean;
  /** What is durable now, live. */
  durable(): DiskImage;
  recover(): Recovery;
}

export interface SimulatedDiskOptions {
  /** Told of every sync; must answer each with `completeSync`, in order, unless a crash comes first. */
  readonly onSync: (ticket: SyncTicket) => void;
  /** Makes what is handed over immutable. */
  readonly freeze: <T>(value: T) => T;
  /** What is durable at the beginning. Absent: nothing. */
  readonly found?: DiskImage | undefined;
}

export function simulatedDisk({ onSync, freeze, found }: SimulatedDiskOptions): SimulatedDisk {
  const stored = found === undefined ? emptyImage() : copyOf(found);
  /** Durable records so far. None is ever rewritten, as the real file would be when it has grown large. */
  let records = found === undefined ? 0 : 1;
  let tornBytes = 0;
  let damaged: string | null = null;
  let waiting: Write[] = [];
  let underWay: (readonly Write[])[] = [];
  let tickets = 0;

  const makeDurable = (writes: readonly Write[]): void => {
    if (writes.length === 0) return;
    for (const write of writes) applyWrite(stored, write);
    records++;
  };

  return {
    disk: {
      put: (name, value) => void waiting.push(['put', name, freeze(value)]),
      append: (log, record) => void waiting.push(['append', log, freeze(record)]),
      truncate: (log, length) => void waiting.push(['truncate', log, length]),
      trim: (log, first) => void waiting.push(['trim', log, first]),
      sync() {
        underWay.push(waiting);
        waiting = [];
        const ticket = tickets++;
        onSync(ticket);
        return ticket;
      },
    },
    completeSync() {
      makeDurable(underWay.shift() ?? []);
    },
    crash(kept, torn) {
      const writes = underWay.flat();
      const arrived = kept * (writes.length + (torn ? 0 : 1));
      const whole = Math.floor(arrived);
      makeDurable(writes.slice(0, whole));
      const half = writes[whole];
      const bytes = half === undefined ? 0 : JSON.stringify(half).length;
      tornBytes = torn && bytes > 0 ? 1 + Math.floor((arrived - whole) * (bytes - 1)) : 0;
      underWay = [];
      waiting = [];
    },
    damage({ kind, place }) {
      if (records < 2) return false;
      const record = Math.floor(place * (records - 1));
      damaged ??=
        kind === 'bit-flip'
          ? `record ${record} of ${records} does not have its checksum, though intact ones follow`
          : `record ${record} of ${records} is not the one that was written there, though intact ones follow`;
      return true;
    },
    durable: () => stored,
    recover() {
      if (damaged !== null) return { kind: 'refused', why: damaged };
      const droppedBytes = tornBytes;
      tornBytes = 0;
      return { kind: 'recovered', image: snapshot(stored), droppedBytes };
    },
  };
}
