/** A disk as `Disk` promises it: what is not synced is lost in a crash; of a sync under way, any suffix of its writes. */

import type { Disk, DiskImage, Json, SyncTicket } from '../../../systems/protocol.ts';

type Write = (image: Image) => void;

interface Image {
  values: Map<string, Json>;
  logs: Map<string, { first: number; records: Json[] }>;
}

export interface TestDisk extends Disk {
  /** What would be found after a crash; `kept` of the writes of the sync under way survive too. */
  crash(kept?: number): DiskImage;
  /** Completes the oldest sync under way; null when there is none. */
  complete(): SyncTicket | null;
  /** How many writes the oldest sync under way covers. */
  syncing(): number;
}

const copy = (image: Image): Image => ({
  values: new Map(image.values),
  logs: new Map([...image.logs].map(([name, { first, records }]) => [name, { first, records: [...records] }])),
});

export function testDisk(onSync: (ticket: SyncTicket) => void, found: DiskImage | null = null): TestDisk {
  const durable: Image = { values: new Map(found?.values), logs: new Map() };
  for (const [name, { first, records }] of found?.logs ?? []) durable.logs.set(name, { first, records: [...records] });
  let unsynced: Write[] = [];
  const syncs: { ticket: SyncTicket; writes: Write[] }[] = [];
  let tickets = 0;
  const logOf = (image: Image, name: string) => {
    let log = image.logs.get(name);
    if (log === undefined) image.logs.set(name, (log = { first: 0, records: [] }));
    return log;
  };
  return {
    put(name, value) {
      unsynced.push((image) => image.values.set(name, value));
    },
    append(log, record) {
      unsynced.push((image) => logOf(image, log).records.push(record));
    },
    truncate(name, length) {
      unsynced.push((image) => {
        const log = logOf(image, name);
        log.records.length = Math.min(log.records.length, Math.max(0, length - log.first));
      });
    },
    trim(name, first) {
      unsynced.push((image) => {
        const log = logOf(image, name);
        if (first <= log.first) return;
        log.records.splice(0, first - log.first);
        log.first = first;
      });
    },
    sync() {
      syncs.push({ ticket: ++tickets, writes: unsynced });
      unsynced = [];
      onSync(tickets);
      return tickets;
    },
    crash(kept = 0) {
      const image = copy(durable);
      for (const write of (syncs[0]?.writes ?? []).slice(0, kept)) write(image);
      return image;
    },
    complete() {
      const sync = syncs.shift();
      for (const write of sync?.writes ?? []) write(durable);
      return sync?.ticket ?? null;
    },
    syncing: () => syncs[0]?.writes.length ?? 0,
  };
}
