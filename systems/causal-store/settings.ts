/** The causal store's knobs, with units and defaults. */

import type { Json } from '../protocol.ts';

export interface CausalSettings {
  /** How often a node tells the next of its peers what it has, and so asks for what it lacks. */
  readonly gossipMs: number;
  /** How long a request waits for what its session has seen elsewhere before it is refused. */
  readonly waitMs: number;
  readonly maxWritesPerMessage: number;
  /** Requests that wait at a time; more are refused. */
  readonly maxWaiting: number;
  /** Writes received before what they depend on; more are dropped, and asked for again later. */
  readonly maxQueued: number;
  /** Writes kept for peers that may lack them; a node with more takes no new ones from clients. */
  readonly maxRetained: number;
  /** Writes that all nodes have and that still stand in the log, before the log is cut. */
  readonly compactEvery: number;
}

export const defaultSettings: CausalSettings = {
  gossipMs: 250,
  waitMs: 300,
  maxWritesPerMessage: 64,
  maxWaiting: 10_000,
  maxQueued: 10_000,
  maxRetained: 100_000,
  compactEvery: 500,
};

/** The defaults with `overrides`; a RangeError names a setting that does not exist or makes no sense. */
export function settingsFrom(overrides: Readonly<Record<string, Json>>): CausalSettings {
  const settings: Record<string, number> = { ...defaultSettings };
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(defaultSettings, name)) {
      throw new RangeError(`causal-store has no setting "${name}" (known: ${Object.keys(defaultSettings).join(', ')})`);
    }
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(
        `causal-store setting "${name}" must be an integer of at least 1, not ${JSON.stringify(value)}`,
      );
    }
    settings[name] = value;
  }
  return settings as unknown as CausalSettings;
}
