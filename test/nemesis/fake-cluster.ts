/** A cluster in memory that knows who hears whom: nodes ping each other every 50 ms of a fake clock. */

import {
  simulatedOnly,
  type Capabilities,
  type Edge,
  type FaultControl,
  type PacketRule,
  type Skew,
} from '../../src/cluster/faults.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';

/** What a cluster of real processes can do at best. */
export const realCapabilities = {
  ...simulatedOnly,
  cut: true,
  loss: true,
  delay: true,
  kill: true,
  pause: true,
  clock: true,
} as const satisfies Capabilities;

type Action = 'cut' | 'shape' | 'kill' | 'start' | 'pause' | 'resume' | 'skew';

export interface FakeNode {
  status: 'running' | 'paused' | 'dead';
  incarnation: number;
  skew: Skew & { readonly at: number };
  role: 'leader' | 'follower';
  term: number;
}

export interface FakeCluster extends FaultControl {
  readonly clock: FakeClock;
  readonly state: {
    cuts: readonly Edge[];
    rules: readonly PacketRule[];
    readonly nodes: Readonly<Record<string, FakeNode>>;
    /** Actions that claim to work and do nothing. */
    readonly idle: Set<Action>;
    /** Actions that reject, on all nodes or on one. */
    readonly failing: Set<Action | `${Action} ${string}`>;
    counts: boolean;
  };
  node(name: string): FakeNode;
  /** Every action in order: `kill n1`. */
  readonly log: string[];
  /** Nothing is left of any fault. */
  whole(): boolean;
}

export function fakeCluster(n = 5): FakeCluster {
  const clock = fakeClock();
  const names = Array.from({ length: n }, (_, i) => `n${i + 1}`);
  const nodes: Record<string, FakeNode> = {};
  for (const name of names) {
    nodes[name] = {
      status: 'running',
      incarnation: 1,
      skew: { offsetMs: 0, rate: 1, at: 0 },
      role: 'follower',
      term: 1,
    };
  }
  const state: FakeCluster['state'] = {
    cuts: [],
    rules: [],
    nodes,
    idle: new Set(),
    failing: new Set(),
    counts: true,
  };
  const log: string[] = [];
  const heardAt = new Map<string, number>();
  const rtts = new Map<string, number>();
  let dropped = 0;
  let lost = 0;

  const node = (name: string): FakeNode => {
    const found = nodes[name];
    if (found === undefined) throw new Error(`no node ${name}`);
    return found;
  };
  const isCut = (from: string, to: string) => state.cuts.some((edge) => edge[0] === from && edge[1] === to);
  const rulesOn = (from: string, to: string) =>
    state.rules.filter(({ edges }) => edges.some((edge) => edge[0] === from && edge[1] === to));
  const transmit = (from: string, to: string, arrive: () => void) => {
    if (isCut(from, to)) {
      dropped++;
      return;
    }
    const rules = rulesOn(from, to);
    lost += rules.reduce((sum, { loss = 0 }) => sum + loss, 0);
    if (lost >= 1) {
      lost -= 1;
      dropped++;
      return;
    }
    const delayMs = rules.reduce((sum, rule) => sum + (rule.delayMs ?? 0), 0);
    if (delayMs > 0) dropped++;
    clock.after(1 + delayMs, () => {
      if (node(to).status === 'running') arrive();
    });
  };
  const ping = () => {
    for (const from of names.filter((name) => node(name).status === 'running')) {
      for (const to of names.filter((name) => name !== from)) {
        const sentAt = clock.now();
        transmit(from, to, () => {
          heardAt.set(`${from} ${to}`, clock.now());
          transmit(to, from, () => {
            heardAt.set(`${to} ${from}`, clock.now());
            rtts.set(`${from} ${to}`, clock.now() - sentAt);
          });
        });
      }
    }
    clock.after(50, ping);
  };
  ping();

  const act = async (action: Action, subject: string, tookMs: number, doIt: () => void): Promise<void> => {
    log.push(subject === '' ? action : `${action} ${subject}`);
    await clock.sleep(tookMs);
    if (state.failing.has(action) || state.failing.has(`${action} ${subject}`))
      throw new Error(`${action} is out of order`);
    if (!state.idle.has(action)) doIt();
  };

  return {
    nodes: names,
    clock,
    capabilities: realCapabilities,
    state,
    node,
    log,
    whole: () =>
      state.cuts.length === 0 &&
      state.rules.length === 0 &&
      names.every((name) => {
        const { status, skew } = node(name);
        return status === 'running' && skew.offsetMs === 0 && skew.rate === 1;
      }),
    cut: (edges) => act('cut', '', 2, () => (state.cuts = edges)),
    shape: (rules) => act('shape', '', 2, () => (state.rules = rules)),
    kill: (name) => act('kill', name, 20, () => (node(name).status = 'dead')),
    start: (name) =>
      act('start', name, 100, () => {
        if (node(name).status !== 'dead') return;
        node(name).status = 'running';
        node(name).incarnation++;
        for (const peer of names) heardAt.delete(`${peer} ${name}`);
        node(name).skew = { offsetMs: 0, rate: 1, at: clock.now() };
      }),
    pause: (name) =>
      act('pause', name, 5, () => {
        if (node(name).status === 'running') node(name).status = 'paused';
      }),
    resume: (name) =>
      act('resume', name, 5, () => {
        if (node(name).status === 'paused') node(name).status = 'running';
      }),
    skew: (name, skew) =>
      act('skew', name, 1, () => {
        if (node(name).status !== 'running') throw new Error(`${name} is down and can't be told the time`);
        node(name).skew = { ...skew, at: clock.now() };
      }),
    async observe(name) {
      const { status, incarnation, skew, role, term } = node(name);
      await clock.sleep(status === 'paused' ? 500 : 1);
      if (status !== 'running' || node(name).status !== 'running') return null;
      const about = (values: Map<string, number>, of: (value: number) => number, from: (peer: string) => string) =>
        Object.fromEntries(
          names.flatMap((peer) => {
            const value = values.get(from(peer));
            return value === undefined ? [] : [[peer, of(value)]];
          }),
        );
      return {
        incarnation: `${name}/${incarnation}`,
        skewMs: skew.offsetMs + (skew.rate - 1) * (clock.now() - skew.at),
        heardMs: about(
          heardAt,
          (at) => clock.now() - at,
          (peer) => `${peer} ${name}`,
        ),
        rttMs: about(
          rtts,
          (ms) => ms,
          (peer) => `${name} ${peer}`,
        ),
        probes: { role, term },
      };
    },
    async dropped() {
      await clock.sleep(1);
      return state.counts ? dropped : null;
    },
  };
}
