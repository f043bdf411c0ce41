/** How long explanations may take. */

/** Until when, by `now`, in milliseconds. */
export interface Deadline {
  readonly deadline: number;
  now(): number;
}

export interface PaceMeter {
  /** How long a decision on so many operations will take, in milliseconds. */
  estimate(operations: number): number;
  measured<T>(operations: number, body: () => T): T;
}

/** Knows how long a decision takes, so as not to begin one that can't end in time. */
export function paceMeter(now: () => number): PaceMeter {
  /** A guess until something has been measured. */
  let msPerOperation = 0.01;
  return {
    estimate: (operations) => operations * msPerOperation,
    measured(operations, body) {
      const began = now();
      const result = body();
      // Small ones say more of what it takes to begin than of how it goes on.
      if (operations >= 1000) msPerOperation = (now() - began) / operations;
      return result;
    },
  };
}
