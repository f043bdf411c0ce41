/** One operation of a client: what it asks for, the requests that were sent for it, and what is said of its outcome. */

import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../systems/protocol.ts';
import { UsageError } from '../errors.ts';
import type { Outcome } from './attempt.ts';
import type { Wish } from '../transcript/idiom.ts';
import type { NodeChoice, Stage } from './stage.ts';

/** Statements let time pass until the outcome is known, and fail if it is another one. */
export interface ScenarioOperation {
  /** It happened, and the client was told. */
  isAcknowledged(): Promise<void>;
  /** It definitely did not happen. */
  isRefused(): Promise<void>;
  /** The client can't know: no answer came in time, the connection was lost, or the node said so. */
  isUnknown(): Promise<void>;
  /** It happened, with this result. */
  returns(value: Json): Promise<void>;
  /** Lets time pass until the outcome is known. */
  outcome(): Promise<Outcome>;
  /**
   * Sends the very same request once more, to `node` or to whoever serves it: the same session, the same sequence number.
   * Also while the first one is still under way. A UsageError for a command outside of a session, which might happen twice.
   */
  again(node?: NodeChoice): ScenarioOperation;
}

export interface OperationOptions {
  readonly stage: Stage;
  readonly client: string;
  readonly wish: Wish;
  readonly mayRepeat: boolean;
  readonly send: (node: NodeChoice | null) => Promise<Outcome>;
  /** Told once, when it is known for good whether it happened. */
  readonly known: (outcome: Outcome) => void;
  /** Statements that nobody has waited for to the end. */
  readonly unfinished: Set<string>;
}

export function wishText({ f, key, value }: Wish): string {
  return [f, key, value === null ? undefined : JSON.stringify(value)].filter((part) => part !== undefined).join(' ');
}

/** Begins the operation; the first request goes to `first`, or to whoever serves it. */
export function operation(options: OperationOptions, first: NodeChoice | null): ScenarioOperation {
  const { stage, client, wish, mayRepeat, known, unfinished } = options;
  const text = `${client}'s ${wishText(wish)}`;
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let isKnown = false;
  let doubt: Outcome | null = null;
  let outcome: Outcome | null = null;

  const learn = (latest: Outcome): void => {
    underWay--;
    stage.write(client, '.', `${wishText(wish)}: ${outcomeText(wish, latest)}`);
    if (isKnown) return;
    if (latest.kind === 'unknown') doubt = latest;
    // One that was refused may have happened by another of its requests.
    const isOver = latest.kind === 'acknowledged' || (underWay === 0 && doubt === null);
    if (isOver) {
      isKnown = true;
      outcome = latest;
      known(latest);
    } else if (underWay === 0) {
      outcome = doubt;
    }
    if (outcome !== null) waiting.splice(0).forEach((told) => told());
  };
  const send = (node: NodeChoice | null): void => {
    underWay++;
    if (!isKnown) outcome = null;
    void options.send(node).then(learn);
  };
  /** Every request ends, by its timeout if not before. */
  const settled = async (): Promise<Outcome> => {
    while (outcome === null) await new Promise<void>((told) => waiting.push(told));
    return outcome;
  };
  const state = async (statement: string, holds: (outcome: Outcome) => boolean): Promise<void> => {
    const name = `${text} ${statement}`;
    unfinished.add(name);
    try {
      const now = await settled();
      stage.claim(name, holds(now) ? null : outcomeText(wish, now));
    } finally {
      unfinished.delete(name);
    }
  };

  const self: ScenarioOperation = {
    isAcknowledged: () => state('is acknowledged', ({ kind }) => kind === 'acknowledged'),
    isRefused: () => state('is refused', ({ kind }) => kind === 'refused'),
    isUnknown: () => state('has an unknown outcome', ({ kind }) => kind === 'unknown'),
    returns: (value) =>
      state(
        `returns ${JSON.stringify(value)}`,
        (now) => now.kind === 'acknowledged' && isDeepStrictEqual(now.value, value),
      ),
    outcome: settled,
    again(node) {
      if (!mayRepeat) {
        throw new UsageError(`${text} is in no session, and might happen twice: see t.session`);
      }
      if (outcome?.kind === 'refused') throw new UsageError(`${text} was refused: it did not happen, so ask anew`);
      const where = node === undefined ? '' : `, at ${stage.idOf(node)}`;
      stage.write(client, '?', `${wishText(wish)}, again${where}`);
      send(node ?? null);
      return self;
    },
  };
  send(first);
  return self;
}

function outcomeText({ value: asked }: Wish, outcome: Outcome): string {
  switch (outcome.kind) {
    case 'acknowledged':
      return isDeepStrictEqual(asked, outcome.value) && asked !== null ? 'ok' : `ok, ${JSON.stringify(outcome.value)}`;
    case 'refused':
      return `refused (${outcome.error})`;
    case 'unknown':
      return `unknown (${outcome.error})`;
  }
}
