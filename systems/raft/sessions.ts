/**
 * Client sessions (thesis 6.3): for each the last command's sequence number and response, so that a command that comes
 * twice applies once. A client has one command outstanding in a session. The least recently used session, by the order
 * of the log and hence the same on every server, makes room for a new one.
 */

import type { Response } from '../protocol.ts';

export interface Session {
  /** Of the last command applied; -1 before the first. */
  sequence: number;
  response: Response | null;
}

/** A session as a snapshot holds it; least recently used first. */
export type SavedSession = readonly [id: number, sequence: number, response: Response | null];

export class Sessions {
  readonly #max: number;
  /** In order of use: a Map keeps the order of insertion. */
  #sessions = new Map<number, Session>();

  constructor(max: number) {
    this.#max = max;
  }

  open(id: number): void {
    if (this.#sessions.size >= this.#max) {
      const oldest = this.#sessions.keys().next();
      if (oldest.done !== true) this.#sessions.delete(oldest.value);
    }
    this.#sessions.set(id, { sequence: -1, response: null });
  }

  /** The session, now the most recently used; undefined when it has expired or never was. */
  use(id: number): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session;
  }

  count(): number {
    return this.#sessions.size;
  }

  save(): SavedSession[] {
    return Array.from(this.#sessions, ([id, { sequence, response }]) => [id, sequence, response] as const);
  }

  restore(saved: readonly SavedSession[]): void {
    this.#sessions = new Map(saved.map(([id, sequence, response]) => [id, { sequence, response }]));
  }
}
