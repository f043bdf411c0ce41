/** What a run came to, in a few sentences: the same words at the terminal, in the report and in CI. */

import type { Composed, Verdict } from '../checkers/verdict.ts';
import type { History } from '../src/history/operation.ts';
import { pairs } from '../src/history/pairs.ts';
import { faultIntervals, type FaultInterval } from './faults.ts';
import { tally, type Call, type Counts } from './operations.ts';
import { sentence } from './sentences.ts';
import { spectrumIn } from './spectrum.ts';
import { count, number } from './words.ts';

/**
 * `unfinished` is a run that ended before there was a verdict; `placed` a history that was only placed among the models
 * of consistency, none of which it had to satisfy.
 */
export type Answer = 'valid' | 'invalid' | 'unknown' | 'unfinished' | 'placed';

export interface CheckerLine {
  readonly name: string;
  readonly answer: Answer;
  /** One sentence, always. */
  readonly says: string;
  readonly verdict: Verdict;
}

export interface Summary {
  readonly answer: Answer;
  /** What the answer means, in a few words. */
  readonly headline: string;
  /** Why, in one sentence. */
  readonly reason: string;
  /** Those that found something first. */
  readonly checkers: readonly CheckerLine[];
  readonly counts: Counts;
  readonly calls: readonly Call[];
  readonly faults: readonly FaultInterval[];
  /** From the start of the test to its last operation. */
  readonly endNs: number;
}

/** What a summary is made of. */
export interface Summarised {
  readonly history: History;
  /** Null when there is no verdict. */
  readonly results: Composed | null;
  readonly nodes: readonly string[];
  /** Null where nothing is known of faults. */
  readonly faults: readonly string[] | null;
}

export const symbols: Readonly<Record<Answer, string>> = {
  valid: '✓',
  invalid: '✗',
  unknown: '?',
  unfinished: '…',
  placed: '·',
};

const headlines: Readonly<Record<Answer, string>> = {
  valid: 'No violation found',
  invalid: 'A promise was broken',
  unknown: 'No verdict could be reached',
  unfinished: 'The run ended before there was a verdict',
  placed: 'Nothing had to hold',
};

const answerOf = (verdict: Verdict): Answer =>
  verdict.valid === true ? 'valid' : verdict.valid === false ? 'invalid' : 'unknown';

const order: readonly Answer[] = ['invalid', 'unknown', 'unfinished', 'placed', 'valid'];

/** The answer of all together. */
function answerOfAll(results: Composed | null): Answer {
  if (results === null) return 'unfinished';
  const isOnlyPlaced = Object.keys(results.checkers).length === 1 && spectrumIn(results.checkers)?.promised === null;
  return isOnlyPlaced ? 'placed' : answerOf(results);
}

function bitten(faults: readonly FaultInterval[]): string {
  if (faults.length === 0) return 'no faults were injected';
  const bit = faults.filter((fault) => fault.bit === true).length;
  if (bit === faults.length) return `${count(bit, 'fault')} took effect`;
  return `${number(bit)} of ${count(faults.length, 'fault')} were seen to take effect`;
}

function reasonOf(
  run: Summarised,
  answer: Answer,
  lines: readonly CheckerLine[],
  faults: readonly FaultInterval[],
  total: number,
): string {
  if (answer === 'unfinished') return 'Its history is kept as far as it goes, and nothing was checked.';
  if (answer === 'valid') {
    const operations = count(total, 'operation');
    return `${count(lines.length, 'checker')} found nothing wrong in ${operations}${run.faults === null ? '' : `, and ${bitten(faults)}`}.`;
  }
  if (answer === 'placed') return lines[0]?.says ?? '';
  return run.results?.reason ?? lines.find((line) => line.answer === answer)?.says ?? 'No reason was recorded.';
}

export function summarise(run: Summarised): Summary {
  const checkers = Object.entries(run.results?.checkers ?? {})
    .map(([name, verdict]): CheckerLine => ({
      name,
      answer: answerOf(verdict),
      says: sentence(name, verdict),
      verdict,
    }))
    .sort((a, b) => order.indexOf(a.answer) - order.indexOf(b.answer));
  const answer = answerOfAll(run.results);
  const faults = faultIntervals(run.history, run.nodes);
  const all = pairs(run.history);
  return {
    answer,
    headline: headlines[answer],
    reason: reasonOf(run, answer, checkers, faults, all.length),
    checkers,
    counts: tally(all),
    calls: all,
    faults,
    endNs: run.history.at(-1)?.time ?? 0,
  };
}
