/**
 * A simulated disk. Writes wait in memory until `sync` sends them on their way; a crash loses all that wait, and of
 * those on their way it keeps a prefix (the disk writes in order, and the power fails at some point).
 *
 * The fault model stops there: what was synced stays and reads back as it was written.
 */

import type { Disk, DiskImage, Json, SyncTicket } from '../../../systems/protocol.ts';
import { deepFreeze } from './freeze.ts';

type Write =
  | { readonly kind: 'put'; readonly name: string; readonly value: Json }
  | { readonly kind: 'append'; readonly log: string; readonly record: Json }
  | { readonly kind: 'truncate'; readonly log: string; readonly length: number }
  | { readonly kind: 'trim'; readonly log: string; readonly first: number };

interface StoredLog {
  first: number;
  records: Json[];
}

export interface SimulatedDisk {
  /** The disk as the protocol of the present incarnation sees it. */
  readonly disk: Disk;
  /** The oldest sync under way has completed: its writes are durable. */
  completeSync(): void;
  /** Forgets what was not durable; of the writes on their way keeps the share `kept` in [0, 1] that came first. */
  crash(kept: number): void;
  /** What is durable now, live. */
  durable(): DiskImage;
  /** What a node that starts now finds. */
  image(): DiskImage;
}

/** `scheduleSync` is told of every sync and must answer each with `completeSync`, in order, unless a crash comes first. */
export function simulatedDisk(scheduleSync: (ticket: SyncTicket) => void): SimulatedDisk {
  const values = new Map<string, Json>();
  const logs = new Map<string, StoredLog>();
  const durable: DiskImage = { values, logs };
  let waiting: Write[] = [];
  let underWay: Write[][] = [];
  let tickets = 0;

  const logOf = (name: string): StoredLog => {
    let log = logs.get(name);
    if (log === undefined) logs.set(name, (log = { first: 0, records: [] }));
    return log;
  };
  const makeDurable = (write: Write): void => {
    if (write.kind === 'put') {
      values.set(write.name, write.value);
      return;
    }
    const log = logOf(write.log);
    switch (write.kind) {
      case 'append':
        log.records.push(write.record);
        return;
      case 'truncate':
        log.records.length = Math.max(0, Math.min(log.records.length, write.length - log.first));
        log.first = Math.min(log.first, write.length);
        return;
      case 'trim':
        if (write.first <= log.first) return;
        log.records.splice(0, write.first - log.first);
        log.first = write.first;
        return;
    }
  };

  return {
    disk: {
      put: (name, value) => void waiting.push({ kind: 'put', name, value: deepFreeze(value) }),
      append: (log, record) => void waiting.push({ kind: 'append', log, record: deepFreeze(record) }),
      truncate: (log, length) => void waiting.push({ kind: 'truncate', log, length }),
      trim: (log, first) => void waiting.push({ kind: 'trim', log, first }),
      sync() {
        underWay.push(waiting);
        waiting = [];
        const ticket = tickets++;
        scheduleSync(ticket);
        return ticket;
      },
    },
    completeSync() {
      underWay.shift()?.forEach(makeDurable);
    },
    crash(kept) {
      const writes = underWay.flat();
      writes.slice(0, Math.floor(kept * (writes.length + 1))).forEach(makeDurable);
      underWay = [];
      waiting = [];
    },
    durable: () => durable,
    image: () => ({
      values: new Map(values),
      logs: new Map([...logs].map(([name, log]) => [name, { first: log.first, records: [...log.records] }])),
    }),
  };
}
