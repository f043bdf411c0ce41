/** Raft's knobs, with units and defaults. */

import type { Json } from '../protocol.ts';

export interface RaftSettings {
  /** How often a leader says that it is there, and how often what went unanswered is sent again. */
  readonly heartbeatMs: number;
  /** A follower that hears nothing for this long, and up to `electionSpreadMs` longer at random, stands for election. */
  readonly electionTimeoutMs: number;
  /** A leader that no majority has answered for this long steps down (CheckQuorum, thesis 6.2). */
  readonly leaderPatienceMs: number;
  /** The less, the more often several candidates split the votes (thesis 9.3). */
  readonly electionSpreadMs: number;
  readonly maxEntriesPerMessage: number;
  /** Unanswered AppendEntries with entries that a leader lets be under way to one follower. */
  readonly maxInflight: number;
  /** Entries that a leader takes beyond the commit index, and reads that it lets wait, before it says `overloaded`. */
  readonly maxPending: number;
  /** Entries applied since the last snapshot that make a new one due. */
  readonly snapshotEvery: number;
  /** Entries before the snapshot that stay in the log, for followers that lag a little. */
  readonly snapshotRetain: number;
  readonly snapshotChunkBytes: number;
  /** Client sessions kept; must be the same on all servers, since it decides which session expires. */
  readonly sessionsMax: number;
}

export const defaultSettings: RaftSettings = {
  heartbeatMs: 50,
  electionTimeoutMs: 400,
  electionSpreadMs: 400,
  leaderPatienceMs: 400,
  maxEntriesPerMessage: 64,
  maxInflight: 8,
  maxPending: 10_000,
  snapshotEvery: 2_000,
  snapshotRetain: 200,
  snapshotChunkBytes: 32 * 1024,
  sessionsMax: 10_000,
};

/** The defaults with `overrides`; a RangeError names a setting that does not exist or makes no sense. */
export function settingsFrom(overrides: Readonly<Record<string, Json>>): RaftSettings {
  const known: Record<string, number> = { ...defaultSettings };
  for (const [name, value] of Object.entries(overrides)) {
    if (!(name in defaultSettings)) {
      throw new RangeError(`raft has no setting "${name}" (known: ${Object.keys(defaultSettings).join(', ')})`);
    }
    const least = name === 'snapshotRetain' ? 0 : 1;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
      throw new RangeError(
        `raft setting "${name}" must be an integer of at least ${least}, not ${JSON.stringify(value)}`,
      );
    }
    known[name] = value;
  }
  const settings = known as unknown as RaftSettings;
  if (settings.heartbeatMs >= settings.electionTimeoutMs) {
    throw new RangeError(
      `raft setting "heartbeatMs" (${settings.heartbeatMs}) must be below "electionTimeoutMs" (${settings.electionTimeoutMs})`,
    );
  }
  return settings;
}
