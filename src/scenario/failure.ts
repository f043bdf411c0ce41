/** How a scenario fails. */

/**
 * A statement of a scenario that does not hold, or a promise of the system that was broken. The message says which, when,
 * and what happened until then.
 */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly statement: string;
  /** When, in ms of virtual time. */
  readonly atMs: number;
  readonly transcript: string;

  constructor(statement: string, why: string, atMs: number, transcript: string) {
    super(`${statement}: ${why}\n\nThat was at ${atMs.toFixed(1)} ms. What happened until then:\n\n${transcript}`);
    this.statement = statement;
    this.atMs = atMs;
    this.transcript = transcript;
  }
}

/** Thrown instead while it is only waited for that something comes true. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}
