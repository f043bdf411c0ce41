/**
 * What several faults at once ask of the nodes' processes and clocks. Each node has a queue of its own, and at each turn
 * its process is brought to what is asked then: dead while any fault holds it dead, paused while any holds it paused,
 * else running. A dead node is not started only to be paused: it stays dead until the last hold on it ends. One that
 * refuses to start is lost, and stays so.
 */

import type { NodeId } from '../systems/protocol.ts';
import { RefusedToStart, type FaultControl, type Skew } from '../src/cluster/faults.ts';
import { RunError } from '../src/errors.ts';
import type { NodeState, Release, Skewing } from './fault.ts';
import { type Serial, serial } from './serial.ts';

export interface Processes {
  holdDead(node: NodeId): Promise<Release>;
  holdPaused(node: NodeId): Promise<Release>;
  addSkew(node: NodeId, skew: Skew): Promise<Skewing>;
  state(node: NodeId): NodeState;
  skewMs(node: NodeId): number;
  skewChanges(node: NodeId): number;
  /**
   * Forgets every hold and skew of the node, and brings it back up with a true clock, unless it is lost. True when it had
   * to be started.
   */
  clear(node: NodeId): Promise<boolean>;
}

interface Share {
  skew: Skew;
  setAt: number;
  /** How many of the node's `clockChanges` were of this share. */
  changes: number;
}

interface Held {
  readonly inTurn: Serial;
  readonly dead: Set<object>;
  readonly paused: Set<object>;
  readonly shares: Set<Share>;
  status: NodeState['status'];
  since: number;
  /** The node's clock may differ from what is asked. */
  clockStale: boolean;
  /** How often the cluster began, or was done, being told of the clock. */
  clockChanges: number;
}

export function processes(control: FaultControl): Processes {
  const { clock } = control;
  const all = new Map<NodeId, Held>();
  for (const node of control.nodes) {
    all.set(node, {
      inTurn: serial(),
      dead: new Set(),
      paused: new Set(),
      shares: new Set(),
      status: 'running',
      since: clock.now(),
      clockStale: false,
      clockChanges: 0,
    });
  }
  const held = (node: NodeId): Held => {
    const found = all.get(node);
    if (found === undefined) throw new RunError(`there is no node "${node}"; there are ${control.nodes.join(', ')}`);
    return found;
  };

  const become = (process: Held, status: NodeState['status']) => {
    process.status = status;
    process.since = clock.now();
  };
  const start = async (node: NodeId, process: Held) => {
    try {
      await control.start(node);
      become(process, 'running');
    } catch (error) {
      if (!(error instanceof RefusedToStart)) throw error;
      become(process, 'lost');
    }
  };
  const moveTo = async (node: NodeId, process: Held, wanted: NodeState['status']) => {
    if (wanted === process.status || process.status === 'lost') return;
    if (wanted === 'running' && process.status === 'dead') {
      await start(node, process);
      process.clockStale ||= process.shares.size > 0;
      return;
    }
    if (wanted === 'dead') await control.kill(node);
    else if (wanted === 'paused') await control.pause(node);
    else await control.resume(node);
    become(process, wanted);
  };
  /** `cause` is what has changed. */
  const settle = async (node: NodeId, process: Held, cause?: object) => {
    await moveTo(node, process, wantedStatus(process));
    if (process.clockStale && process.status === 'running') {
      countChange(process, cause);
      await control.skew(node, totalSkew(process, clock.now()));
      process.clockStale = false;
      countChange(process, cause);
    }
  };
  /** Adds `item` and brings the node there; takes it back when that fails. A release that failed can be tried again. */
  const add = async <T extends object>(
    node: NodeId,
    set: Set<T>,
    item: T,
    touched: (process: Held) => void,
  ): Promise<Release> => {
    const process = held(node);
    const release = () =>
      process.inTurn(() => {
        if (set.delete(item)) touched(process);
        return settle(node, process, item);
      });
    try {
      await process.inTurn(() => {
        set.add(item);
        touched(process);
        return settle(node, process, item);
      });
    } catch (error) {
      await release().catch(() => undefined);
      throw error;
    }
    return release;
  };
  const untouched = () => undefined;
  const markClock = (process: Held) => {
    process.clockStale = true;
  };

  return {
    holdDead: async (node) => add(node, held(node).dead, {}, untouched),
    holdPaused: async (node) => add(node, held(node).paused, {}, untouched),
    async addSkew(node, skew) {
      const process = held(node);
      const share: Share = { skew, setAt: clock.now(), changes: 0 };
      return {
        release: await add(node, process.shares, share, markClock),
        set: (next) =>
          process.inTurn(() => {
            share.skew = next;
            share.setAt = clock.now();
            markClock(process);
            return settle(node, process, share);
          }),
        shareMs: () => (process.shares.has(share) ? shareMs(share, clock.now()) : 0),
        changes: () => share.changes,
      };
    },
    state(node) {
      const { status, since } = held(node);
      return { status, since };
    },
    skewMs: (node) => totalSkew(held(node), clock.now()).offsetMs,
    skewChanges: (node) => held(node).clockChanges,
    clear(node) {
      const process = held(node);
      return process.inTurn(async () => {
        process.dead.clear();
        process.paused.clear();
        process.shares.clear();
        let wasDown = process.status === 'dead';
        await moveTo(node, process, 'running');
        if (isLost(process)) return false;
        if (!wasDown && (await control.observe(node)) === null) {
          // It stopped by itself, or is paused against what is known here.
          await control.resume(node).catch(() => undefined);
          wasDown = (await control.observe(node)) === null;
          if (wasDown) await start(node, process);
          if (isLost(process)) return false;
        }
        await control.skew(node, trueTime);
        process.clockStale = false;
        return wasDown;
      });
    },
  };
}

const trueTime: Skew = { offsetMs: 0, rate: 1 };

const isLost = ({ status }: Held): boolean => status === 'lost';

function wantedStatus({ dead, paused, status }: Held): NodeState['status'] {
  if (dead.size > 0) return 'dead';
  if (paused.size > 0) return status === 'dead' ? 'dead' : 'paused';
  return 'running';
}

function countChange(process: Held, cause: object | undefined): void {
  process.clockChanges++;
  for (const share of process.shares) if (share === cause) share.changes++;
}

/** What a fault asks of the clock at `now`, drift so far included. */
function shareMs({ skew, setAt }: Share, now: number): number {
  return skew.offsetMs + (skew.rate - 1) * (now - setAt);
}

/** Offsets and drifts add up, so that taking one away leaves exactly the others. */
function totalSkew({ shares }: Held, now: number): Skew {
  let offsetMs = 0;
  let rate = 1;
  for (const share of shares) {
    offsetMs += shareMs(share, now);
    rate += share.skew.rate - 1;
  }
  return { offsetMs, rate };
}
