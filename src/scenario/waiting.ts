/** Waits for what the next events may bring. */

import type { Clock } from '../cluster/clock.ts';
import { RunError } from '../errors.ts';

export interface Waiting {
  /** Something has happened: everybody looks again. */
  look(): void;
  /**
   * Lets time pass until `look`, which is called now and after every event, gives something; null when it has not within
   * `withinMs`. What `look` throws rejects.
   */
  until<T>(look: () => T | null, withinMs: number): Promise<T | null>;
}

export function waiting(clock: Clock): Waiting {
  const all = new Set<() => void>();
  return {
    look() {
      for (const attempt of [...all]) attempt();
    },
    until: (look, withinMs) =>
      new Promise((resolve, reject) => {
        // After what happens at this moment, as everything that the scenario does.
        const end = (settle: () => void): void => {
          all.delete(attempt);
          cancel();
          clock.after(0, settle);
        };
        const attempt = (): void => {
          try {
            const found = look();
            if (found !== null) {
              end(() => {
                resolve(found);
              });
            }
          } catch (thrown) {
            end(() => {
              reject(thrown instanceof Error ? thrown : new RunError(String(thrown)));
            });
          }
        };
        const cancel = clock.after(withinMs, () => {
          all.delete(attempt);
          resolve(null);
        });
        all.add(attempt);
        attempt();
      }),
  };
}
