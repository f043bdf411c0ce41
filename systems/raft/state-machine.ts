/**
 * The replicated state machine: a store of many keys, deterministic, with client sessions.
 *
 * `read` gives a key's value, null when absent; `write` sets it; `cas` [from, to] sets `to` if the value equals `from`,
 * and fails with `mismatch` otherwise; `append` adds to the list that the key holds, making one where there is none.
 * `open-session` gives the session's id, which is the index of the entry that opened it.
 */

import type { Json, Response } from '../protocol.ts';
import type { Command } from './messages.ts';
import { Sessions } from './sessions.ts';
import type { SavedSession, Session } from './sessions.ts';

const OK: Response = { type: 'ok' };
const MISMATCH: Response = { type: 'fail', error: 'mismatch' };
const NOT_A_LIST: Response = { type: 'fail', error: 'not a list' };
const EXPIRED: Response = { type: 'fail', error: 'session-expired' };
const SUPERSEDED: Response = { type: 'info', error: 'a later command of this session was applied already' };

type Image = { readonly values: readonly (readonly [string, Json])[]; readonly sessions: readonly SavedSession[] };

export class StateMachine {
  /** Arrays in here are this machine's own and grow in place; they are copied on the way in and out. */
  #values = new Map<string, Json>();
  readonly #sessions: Sessions;
  readonly #probe: (name: string) => void;

  constructor(sessionsMax: number, probe: (name: string) => void) {
    this.#sessions = new Sessions(sessionsMax);
    this.#probe = probe;
  }

  read(key: string): Json {
    return copied(this.#values.get(key) ?? null);
  }

  /** Applies the command at `index` of the log, once per session and sequence number. */
  apply(index: number, command: Command): Response {
    if (command.f === 'open-session') {
      this.#sessions.open(index);
      return { type: 'ok', value: index };
    }
    if (command.session === undefined || command.sequence === undefined) return this.#execute(command);
    const session = this.#sessions.use(command.session);
    if (session === undefined) {
      this.#probe('session-expired');
      return EXPIRED;
    }
    const earlier = this.recall(session, command.sequence);
    if (earlier !== null) {
      this.#probe('session-duplicate');
      return earlier;
    }
    session.sequence = command.sequence;
    session.response = this.#execute(command);
    return session.response;
  }

  /** The answer to a command that was applied already; null for one that was not. */
  protected recall(session: Session, sequence: number): Response | null {
    if (sequence > session.sequence) return null;
    return sequence === session.sequence ? session.response : SUPERSEDED;
  }

  /** How many sessions are kept. */
  sessions(): number {
    return this.#sessions.count();
  }

  /** The whole state in ASCII; the same state gives the same text on every server. */
  save(): string {
    const image: Image = { values: [...this.#values], sessions: this.#sessions.save() };
    return JSON.stringify(image).replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }

  restore(data: string): void {
    const image = JSON.parse(data) as Image;
    this.#values = new Map(image.values);
    this.#sessions.restore(image.sessions);
  }

  #execute(command: Command): Response {
    const { f, key = '', value = null } = command;
    const problem = problemWith(command);
    if (problem !== null) return { type: 'fail', error: problem };
    switch (f) {
      case 'write':
        this.#values.set(key, copied(value));
        return OK;
      case 'cas': {
        const [from = null, to = null] = value as readonly Json[];
        if (!equal(this.#values.get(key) ?? null, from)) return MISMATCH;
        this.#values.set(key, copied(to));
        return OK;
      }
      default: {
        const held = this.#values.get(key) ?? null;
        if (held === null) this.#values.set(key, [value]);
        else if (isArray(held)) (held as Json[]).push(value);
        else return NOT_A_LIST;
        return OK;
      }
    }
  }
}

/** Why `command` can't be carried out whatever the state is; null when it can. */
export function problemWith(command: Command): string | null {
  const { f, key, value, session, sequence } = command;
  if (f === 'open-session') return null;
  if (f !== 'read' && f !== 'write' && f !== 'cas' && f !== 'append') {
    return `unknown operation "${f}" (known: read, write, cas, append, open-session)`;
  }
  if (key === undefined) return `${f} needs a key`;
  if (f === 'cas' && !(isArray(value) && value.length === 2)) return 'cas needs a value [from, to]';
  if (f !== 'read' && value === undefined) return `${f} needs a value`;
  if (session !== undefined && (sequence === undefined || !Number.isSafeInteger(sequence) || sequence < 0)) {
    return 'a command in a session needs a sequence number, an integer from 0';
  }
  return null;
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function copied(value: Json): Json {
  return isArray(value) ? [...value] : value;
}

function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i] ?? null));
  if (isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const other: Readonly<Record<string, Json>> = b;
  const mine: Readonly<Record<string, Json>> = a;
  return names.every((name) => Object.hasOwn(other, name) && equal(mine[name] ?? null, other[name] ?? null));
}
