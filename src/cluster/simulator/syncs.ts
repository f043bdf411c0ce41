/** When a node's syncs complete, and what troubles with its disk do to them. */

import type { SyncTicket } from '../../../systems/protocol.ts';
import type { DiskObservation, DiskTrouble } from '../faults.ts';
import { choose, type Chance } from './chance.ts';
import type { DiskOptions } from './options.ts';

export interface Syncs {
  /** A sync was asked for. */
  ask(ticket: SyncTicket): void;
  /** The oldest sync under way has come up. A stalled one comes up again when the stall is over. */
  comeUp(ticket: SyncTicket): 'completed' | 'stalled' | 'failed';
  /** Makes exactly these troubles hold. */
  trouble(troubles: readonly DiskTrouble[]): void;
  /** Whether a crash now leaves half of a record. */
  tears(): boolean;
  /** The process has ended: nothing is under way. */
  end(): void;
  observation(): Omit<DiskObservation, 'droppedBytes'>;
}

export interface SyncsOptions {
  readonly knobs: DiskOptions;
  readonly chance: Chance;
  readonly family: number;
  readonly nowUs: () => number;
  /** Lets the sync come up after so long. */
  readonly push: (ticket: SyncTicket, delayUs: number) => void;
}

export function syncs({ knobs, chance, family, nowUs, push }: SyncsOptions): Syncs {
  const { syncUs, slowPerMille, slowUs } = knobs;
  let asked = 0;
  /** When the last one comes up. */
  let lastUs = 0;
  let extraUs = 0;
  let isStalled = false;
  let fails = false;
  let tears = false;
  let stalled: SyncTicket[] = [];
  /** When those under way were asked for, oldest first. */
  let askedUs: number[] = [];
  let completed = 0;
  let lastTookUs: number | null = null;

  return {
    ask(ticket) {
      // Each sync owns two ordinals: slowness, latency.
      const ordinal = 2 * asked++;
      const slow = slowPerMille > 0 && chance.draw(family, ordinal) * 1000 < slowPerMille;
      const now = nowUs();
      lastUs = Math.max(lastUs, now + choose(slow ? slowUs : syncUs, chance.draw(family, ordinal + 1)) + extraUs);
      askedUs.push(now);
      push(ticket, lastUs - now);
    },
    comeUp(ticket) {
      if (fails) return 'failed';
      if (isStalled) {
        stalled.push(ticket);
        return 'stalled';
      }
      lastTookUs = nowUs() - (askedUs.shift() ?? nowUs());
      completed++;
      return 'completed';
    },
    trouble(troubles) {
      extraUs = 0;
      isStalled = fails = tears = false;
      for (const trouble of troubles) {
        switch (trouble.kind) {
          case 'slow':
            extraUs += Math.round(trouble.syncMs * 1000);
            break;
          case 'stall':
            isStalled = true;
            break;
          case 'io-error':
            fails = true;
            break;
          case 'torn':
            tears = true;
        }
      }
      if (isStalled && !fails) return;
      const waiting = stalled;
      stalled = [];
      for (const ticket of waiting) push(ticket, 0);
    },
    tears: () => tears,
    end() {
      lastUs = 0;
      stalled = [];
      askedUs = [];
      completed = 0;
      lastTookUs = null;
    },
    observation: () => ({
      syncs: completed,
      lastSyncMs: lastTookUs === null ? null : lastTookUs / 1000,
      waitingMs: askedUs[0] === undefined ? 0 : (nowUs() - askedUs[0]) / 1000,
    }),
  };
}
