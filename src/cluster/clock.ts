/** The time that the control side of a test runs on: real in netns and docker, virtual in the simulator. */
export interface Clock {
  /** Milliseconds from an arbitrary start, with fractions; never goes back. */
  now(): number;
  /** Runs `action` once after `ms`; the returned function takes that back. */
  after(ms: number, action: () => void): () => void;
  sleep(ms: number): Promise<void>;
}

/** The machine's monotonic clock, in milliseconds since the epoch so that it compares across processes of this machine. */
export const realClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => {
      clearTimeout(timer);
    };
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
