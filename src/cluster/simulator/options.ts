/** Every knob of a simulated cluster. */

import { localNetwork, type NetworkOptions } from './network.ts';

/** Times in microseconds of virtual time. Latencies come from integer tables: each occasion takes one entry. */
export interface SimulatorOptions {
  readonly network: NetworkOptions;
  /** How long a sync takes; none completes before an earlier one. */
  readonly syncUs: readonly number[];
  /** How long a node's process takes from its start to its first handler. */
  readonly startUs: readonly number[];
  /** Time between two rounds of the hosts' own pings, which feed who-hears-whom. */
  readonly pingEveryUs: number;
  /** Sends every message through JSON and back, as the real network does. */
  readonly codec: boolean;
  /** Share of the protocols' `buggify` points that are live in this run, and how often in a thousand a live one is true. */
  readonly buggify: { readonly live: number; readonly perMille: number };
  /** `state`: probes, starts, exits, crashes. `full`: messages, timers and syncs too. */
  readonly trace: 'state' | 'full';
}

export const simulatorDefaults: SimulatorOptions = {
  network: localNetwork,
  syncUs: [90, 120, 160, 200, 240, 300, 380, 500, 700, 1000, 1500, 2500, 4000, 6000, 9000, 14000],
  startUs: [15_000, 25_000, 40_000, 60_000, 90_000, 140_000, 200_000, 280_000],
  pingEveryUs: 100_000,
  codec: false,
  buggify: { live: 0, perMille: 0 },
  trace: 'state',
};
