/**
 * Every knob of a simulated cluster, one record for each subsystem. These are the traits that a run has from its beginning
 * to its end; faults that come and go are asked of `FaultControl`, on top of them.
 *
 * Times are in microseconds of virtual time and come from integer tables: each occasion takes one entry, as the seed says.
 * Shares are in thousandths.
 */

/** How messages travel between nodes when nothing is broken. */
export interface NetworkOptions {
  /** One-way latencies; each message takes one of them. */
  readonly latencyUs: readonly number[];
  /** Messages in a thousand that take one of `slowUs` instead. */
  readonly slowPerMille: number;
  readonly slowUs: readonly number[];
  /** Messages in a thousand that arrive twice. */
  readonly duplicatePerMille: number;
  /** No message overtakes another on its link, as over one TCP connection; but for those that are held back. */
  readonly inOrder: boolean;
  /** Messages in a thousand that are held back for one of `heldBackUs`, so that later ones overtake them. */
  readonly reorderPerMille: number;
  /** How long a message is held back, by this knob or by a rule. */
  readonly heldBackUs: readonly number[];
}

/** How requests and answers travel between clients and nodes. */
export interface ClientOptions {
  readonly latencyUs: readonly number[];
  /** Requests and answers in a thousand that take one of `slowUs` instead; many of those come when the client has given up. */
  readonly slowPerMille: number;
  readonly slowUs: readonly number[];
}

/** A node's disk. What goes wrong with disks beyond these traits, and what never does, is said in disk.ts. */
export interface DiskOptions {
  /** How long a sync takes; none completes before an earlier one. */
  readonly syncUs: readonly number[];
  /** Syncs in a thousand that take one of `slowUs` instead. */
  readonly slowPerMille: number;
  readonly slowUs: readonly number[];
  /** Crashes in a thousand that leave half of a record where the power failed, if anything was on its way. */
  readonly tornPerMille: number;
}

/** A node's process. */
export interface ProcessOptions {
  /** How long it takes from its start to its first handler. */
  readonly startUs: readonly number[];
  /** How long a handler takes. What comes meanwhile waits for its turn. */
  readonly handlerUs: readonly number[];
  /** Messages that wait while the process is slow or stands still; more are lost, as when buffers are full. */
  readonly backlogMax: number;
  /** Timers in a thousand that fire late by one of `lateTimerUs`. */
  readonly lateTimerPerMille: number;
  readonly lateTimerUs: readonly number[];
}

/** A node's clocks. */
export interface ClockOptions {
  /** Rates of monotonic clocks, and with them of timers; each node has one of them. 1 is true time. */
  readonly rates: readonly number[];
}

/** The protocols' `buggify` points. */
export interface BuggifyOptions {
  /** Share of the points that are live in this run, from 0 to 1. */
  readonly live: number;
  /** How often in a thousand a live one is true. */
  readonly perMille: number;
  /** From this moment of virtual time on none is true, so that a run can end with what must make progress; null: never. */
  readonly untilMs: number | null;
}

export interface SimulatorOptions {
  readonly network: NetworkOptions;
  readonly client: ClientOptions;
  readonly disk: DiskOptions;
  readonly process: ProcessOptions;
  readonly clock: ClockOptions;
  /**
   * Time between two rounds of the hosts' own pings, which keep who-hears-whom up to date on idle links; null: no pings.
   * Pings change nothing else.
   */
  readonly pingEveryUs: number | null;
  /** Sends every message through JSON and back, as the real network does. Changes nothing unless something is wrong. */
  readonly codec: boolean;
  /** Freezes what was handed over, so that a protocol which changes it throws. Changes nothing else. */
  readonly freeze: boolean;
  readonly buggify: BuggifyOptions;
  /** `state`: probes, starts, exits, crashes. `full`: messages, timers and syncs too. Changes nothing else. */
  readonly trace: 'state' | 'full';
}

/** Some knobs; the others are as they are by default. */
export type SimulatorKnobs = {
  readonly [Name in keyof SimulatorOptions]?: SimulatorOptions[Name] extends readonly unknown[] | string | null
    ? SimulatorOptions[Name]
    : Partial<SimulatorOptions[Name]>;
};

/** A local network with a tail: half of all messages within 0.4 ms, one in sixteen over 1.5 ms. */
export const localNetwork: NetworkOptions = {
  latencyUs: [210, 230, 250, 270, 290, 310, 340, 380, 430, 490, 560, 660, 800, 1000, 1400, 2600],
  slowPerMille: 0,
  slowUs: [5_000, 8_000, 12_000, 20_000, 35_000, 60_000, 90_000, 150_000],
  duplicatePerMille: 0,
  inOrder: false,
  reorderPerMille: 0,
  heldBackUs: [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 120_000],
};

/** Nodes in different places: 10 to 120 ms one way. */
export const wideNetwork: NetworkOptions = {
  ...localNetwork,
  latencyUs: [
    10_000, 11_000, 12_500, 14_000, 16_000, 18_000, 21_000, 24_000, 28_000, 33_000, 39_000, 47_000, 57_000, 70_000,
    90_000, 120_000,
  ],
  heldBackUs: [20_000, 40_000, 60_000, 80_000, 120_000, 160_000, 240_000, 320_000],
};

export const simulatorDefaults: SimulatorOptions = {
  network: localNetwork,
  client: {
    latencyUs: localNetwork.latencyUs,
    slowPerMille: 0,
    slowUs: [20_000, 60_000, 150_000, 400_000, 900_000, 1_500_000, 2_500_000, 4_000_000],
  },
  disk: {
    syncUs: [90, 120, 160, 200, 240, 300, 380, 500, 700, 1000, 1500, 2500, 4000, 6000, 9000, 14_000],
    slowPerMille: 0,
    slowUs: [20_000, 40_000, 80_000, 120_000, 200_000, 350_000, 600_000, 1_000_000],
    tornPerMille: 0,
  },
  process: {
    startUs: [15_000, 25_000, 40_000, 60_000, 90_000, 140_000, 200_000, 280_000],
    handlerUs: [0],
    backlogMax: 10_000,
    lateTimerPerMille: 0,
    lateTimerUs: [1_000, 3_000, 8_000, 20_000, 50_000, 100_000, 200_000, 400_000],
  },
  clock: { rates: [1] },
  pingEveryUs: 100_000,
  codec: false,
  freeze: true,
  buggify: { live: 0, perMille: 0, untilMs: null },
  trace: 'state',
};

export function optionsFrom(knobs: SimulatorKnobs): SimulatorOptions {
  return {
    ...simulatorDefaults,
    ...knobs,
    network: { ...simulatorDefaults.network, ...knobs.network },
    client: { ...simulatorDefaults.client, ...knobs.client },
    disk: { ...simulatorDefaults.disk, ...knobs.disk },
    process: { ...simulatorDefaults.process, ...knobs.process },
    clock: { ...simulatorDefaults.clock, ...knobs.clock },
    buggify: { ...simulatorDefaults.buggify, ...knobs.buggify },
  };
}
