/** What is on a node's disk, and how each write changes it. */

import type { DiskImage, Json } from '../../systems/protocol.ts';

/** One write, as it stands in the write-ahead file: put, append, truncate, trim (the calls of `Disk`). */
export type Write =
  | readonly ['put', name: string, value: Json]
  | readonly ['append', log: string, record: Json]
  | readonly ['truncate', log: string, length: number]
  | readonly ['trim', log: string, first: number];

interface StoredLog {
  first: number;
  readonly records: Json[];
}

/** The state that a sequence of writes leaves. Values and records are shared with whoever made the writes. */
export interface StoredImage {
  readonly values: Map<string, Json>;
  readonly logs: Map<string, StoredLog>;
}

export function emptyImage(): StoredImage {
  return { values: new Map(), logs: new Map() };
}

export function applyWrite(image: StoredImage, write: Write): void {
  const [kind, name, argument] = write;
  if (kind === 'put') {
    image.values.set(name, argument);
    return;
  }
  let log = image.logs.get(name);
  if (log === undefined) image.logs.set(name, (log = { first: 0, records: [] }));
  switch (kind) {
    case 'append':
      log.records.push(argument);
      return;
    case 'truncate':
      log.records.length = Math.max(0, Math.min(log.records.length, argument - log.first));
      log.first = Math.min(log.first, argument);
      return;
    case 'trim':
      if (argument <= log.first) return;
      log.records.splice(0, argument - log.first);
      log.first = argument;
      return;
  }
}

/** The shortest writes that lead from an empty disk to `image`. */
export function* writesOf(image: StoredImage): Generator<Write> {
  for (const [name, value] of image.values) yield ['put', name, value];
  for (const [name, log] of image.logs) {
    yield ['trim', name, log.first];
    for (const record of log.records) yield ['append', name, record];
  }
}

/** A copy that later writes leave alone. */
export const snapshot = (image: StoredImage): DiskImage => copyOf(image);

/** A copy for later writes to change. */
export function copyOf(image: DiskImage): StoredImage {
  return {
    values: new Map(image.values),
    logs: new Map([...image.logs].map(([name, log]) => [name, { first: log.first, records: [...log.records] }])),
  };
}
