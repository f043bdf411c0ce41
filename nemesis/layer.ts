/** What several faults ask of one thing at once: the cluster is told of all that is asked, each time that changes. */

import type { Release } from './fault.ts';
import type { Serial } from './serial.ts';

export interface Layer<T> {
  readonly items: ReadonlySet<T>;
  /** Adds `item` and tells the cluster; takes it back when that fails. A release that failed can be tried again. */
  add(item: T): Promise<Release>;
  /** Forgets all, and tells the cluster even if it believes that there is nothing. */
  clear(): Promise<void>;
}

export interface LayerOptions<T> {
  /** Changes come one after another, in this queue. */
  readonly inTurn: Serial;
  readonly tell: (items: readonly T[]) => Promise<void>;
  /** Runs before and after each change of what is asked. */
  readonly around?: (moment: 'before' | 'after') => Promise<void>;
}

export function layer<T>({ inTurn, tell, around = () => Promise.resolve() }: LayerOptions<T>): Layer<T> {
  const items = new Set<T>();
  /** The cluster may not know of the last change. */
  let stale = false;

  const change = (edit: () => boolean): Promise<void> =>
    inTurn(async () => {
      await around('before');
      if (!edit() && !stale) return;
      stale = true;
      await tell([...items]);
      stale = false;
      await around('after');
    });

  return {
    items,
    async add(item) {
      const release = () => change(() => items.delete(item));
      try {
        await change(() => items.add(item).has(item));
      } catch (error) {
        await release().catch(() => undefined);
        throw error;
      }
      return release;
    },
    async clear() {
      items.clear();
      await tell([]);
      stale = false;
    },
  };
}
