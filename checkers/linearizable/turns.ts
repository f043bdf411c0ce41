/**
 * Decides many parts within one budget. All get the near-linear methods first; the parts that are left to the general
 * search take turns, each longer than the one before, so that a hard part does not hide a violation in another.
 */

import type { CompleteModel } from '../models/model.ts';
import { decision, type Answer, type Decision, type MethodChoice } from './decision.ts';
import type { Part } from './part.ts';

export interface Budget {
  /** When `now` says so, time is over. */
  readonly deadline: number;
  /** How much all parts together may hold; the largest gives up first. */
  readonly bytesMax: number;
  /** Milliseconds from any start. */
  now(): number;
  /** Asked now and then: whether to end at once. */
  cancelled?(): boolean;
}

export type PartAnswer =
  | Answer
  | {
      readonly kind: 'unknown';
      readonly why: 'time' | 'memory';
      /** Completions that some order explains, from the first on. */
      readonly explained: number;
    }
  /** It was not looked at to the end: it was called off, or another failed and that was enough. */
  | { readonly kind: 'skipped' };

/** How far it has come. */
export interface Progress {
  readonly parts: number;
  readonly decided: number;
  /** Of the parts that are decided. */
  readonly operations: number;
  /** Completions explained in the parts that are not decided yet. */
  readonly explained: number;
  readonly bytes: number;
}

export interface TurnOptions {
  readonly methods?: MethodChoice;
  /** End with the first part that is invalid. */
  readonly stopAtFirstFailure?: boolean;
  /** Told of each part as soon as it is decided. */
  readonly onAnswer?: (part: Part, answer: PartAnswer) => void;
  /** Told after each turn, and after each part that was decided without one. */
  readonly onProgress?: (progress: Progress) => void;
}

const firstTurnMs = 20;

/** The answers, in the order of `parts`. */
export function decideInTurns(
  model: CompleteModel<unknown>,
  parts: readonly Part[],
  budget: Budget,
  options: TurnOptions = {},
): readonly PartAnswer[] {
  const { deadline, bytesMax, now, cancelled = () => false } = budget;
  const answers: (PartAnswer | undefined)[] = parts.map(() => undefined);
  const waiting = new Map<number, Decision>();
  let decided = 0;
  let operations = 0;
  /** Of those that wait. */
  let bytes = 0;
  let explained = 0;
  /** Takes what `open` holds out of the sums (`sign` -1), or puts it in. */
  const count = (open: Decision, sign: 1 | -1): void => {
    bytes += sign * open.bytes();
    explained += sign * open.explained();
  };
  const answered = (index: number, answer: PartAnswer): void => {
    const part = parts[index] as Part;
    answers[index] = answer;
    const open = waiting.get(index);
    if (open !== undefined) count(open, -1);
    waiting.delete(index);
    decided++;
    operations += part.count;
    options.onAnswer?.(part, answer);
  };
  const isOver = (): boolean => cancelled() || now() >= deadline;
  const isEnough = (answer: Answer): boolean => answer.kind === 'invalid' && options.stopAtFirstFailure === true;
  const tell = (): void => options.onProgress?.({ parts: parts.length, decided, operations, explained, bytes });
  const finished = (rest: (index: number) => PartAnswer): readonly PartAnswer[] =>
    answers.map((answer, index) => answer ?? rest(index));
  const skipped = (): PartAnswer => ({ kind: 'skipped' });

  /** The largest, which is `running` in doubt, has to give up. */
  const shrink = (running: number): void => {
    let [largest, most] = [running, waiting.get(running)?.bytes() ?? 0];
    for (const [index, open] of waiting) if (open.bytes() > most) [largest, most] = [index, open.bytes()];
    answered(largest, { kind: 'unknown', why: 'memory', explained: waiting.get(largest)?.explained() ?? 0 });
  };

  // In the first round, a part that no near-linear method decides waits without having begun its search.
  for (const [index, part] of parts.entries()) {
    if (isOver()) break;
    const open = decision(model, part, options.methods);
    const answer = open.quick();
    if (answer === null) waiting.set(index, open);
    else {
      answered(index, answer);
      tell();
      if (isEnough(answer)) return finished(skipped);
    }
  }
  for (let turnMs = firstTurnMs; waiting.size > 0 && !isOver(); turnMs *= 2) {
    for (const [index, open] of waiting) {
      if (isOver()) break;
      count(open, -1);
      const heldByOthers = bytes;
      const until = Math.min(deadline, now() + turnMs);
      const isFull = (): boolean => heldByOthers + open.bytes() > bytesMax;
      const answer = open.advance(() => isFull() || cancelled() || now() >= until);
      count(open, 1);
      if (answer.kind === 'stopped') {
        if (isFull()) shrink(index);
      } else {
        answered(index, answer);
        if (isEnough(answer)) return finished(skipped);
      }
      tell();
    }
  }
  if (cancelled()) return finished(skipped);
  return finished((index) => ({ kind: 'unknown', why: 'time', explained: waiting.get(index)?.explained() ?? 0 }));
}
