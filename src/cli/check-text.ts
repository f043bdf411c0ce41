/** What `clew check` says of each history: for a person, and as JSON for a program. */

import { evidenceLines } from '../../checkers/linearizable/evidence/lines.ts';
import type { CheckedFile } from '../checking/check-file.ts';
import type { PlacedFile } from '../checking/place-file.ts';
import type { Written } from '../checking/write-evidence.ts';
import { chosenModel } from '../checking/model-choice.ts';
import { titleOf } from '../../checkers/spectrum/names.ts';
import { count, number } from '../../reports/words.ts';
import { messageOf } from '../errors.ts';
import type { Valid } from '../../checkers/verdict.ts';
import type { Colours } from './colours.ts';
import { spectrumLines } from './spectrum-text.ts';

export type Answered = Checked | Placed | Refused;

/** A history placed among the models of consistency. */
interface Placed {
  readonly kind: 'placed';
  readonly file: string;
  readonly placed: PlacedFile;
  readonly written: Written;
}

interface Checked {
  readonly kind: 'checked';
  readonly file: string;
  readonly checked: CheckedFile;
  readonly written: Written;
}

/** A file that is no history. */
interface Refused {
  readonly kind: 'refused';
  readonly file: string;
  readonly thrown: unknown;
}

function duration(ms: number): string {
  return ms < 999.5 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function mark(valid: Valid, { green, red, yellow, bold }: Colours, words: 'upper' | 'lower'): string {
  const [sign, word, paint] =
    valid === true
      ? (['✓', 'valid', green] as const)
      : valid === false
        ? (['✗', 'invalid', red] as const)
        : (['?', 'unknown', yellow] as const);
  return words === 'upper' ? bold(paint(`${sign} ${word.toUpperCase()}`)) : paint(`${sign} ${word}`);
}

/** Several lines: the verdict, the reason, the evidence, how it was decided. */
export function checkedText(answer: Checked, colours: Colours): string {
  const { checked, written } = answer;
  const { verdict, read, readMs, checkMs } = checked;
  const { dim } = colours;
  const evidence =
    verdict.valid === false && checked.evidence
      ? ['', ...evidenceLines(verdict, read.columns, chosenModel(checked.model))]
      : [];
  const raise = [...new Set(verdict.undecided.map((part) => part.raise))];
  const { parts, operations, witnesses, method } = verdict;
  const total = parts.valid + parts.invalid + parts.unknown + (parts.skipped ?? 0);
  const keys = total > 1 ? ` in ${number(total)} parts` : '';
  return [
    `${mark(verdict.valid, colours, 'upper')}  ${dim(`${read.source}, ${verdict.model}`)}`,
    ...(verdict.reason === undefined ? [] : [verdict.reason]),
    ...(verdict.valid === 'unknown' && raise.length > 0 ? [`More may decide it: ${raise.join(' or ')}.`] : []),
    ...evidence,
    ...(evidence.length > 0 ? [''] : []),
    `${count(operations, 'operation')}${keys}${method === '' ? '' : ` decided by ${method}`} in ${duration(checkMs)}, read in ${duration(readMs)} (${read.format})`,
    ...(witnesses === undefined ? [] : [`${count(witnesses.confirmed, 'order')} confirmed by replay`]),
    ...(witnesses?.refuted ?? []).map(
      (problem) => `an order was refuted by replay, which is an error of Clew: ${problem}`,
    ),
    ...read.notes,
    ...(written.failing === null ? [] : [`smallest failing history: ${written.failing}`]),
    ...(written.report === null ? [] : [`report: ${written.report}`]),
  ].join('\n');
}

/** The place of a history among the models. Where one had to hold, whether it does comes first. */
export function placedText({ placed, written }: Placed, colours: Colours): string {
  const { verdict, read, readMs, checkMs } = placed;
  const { dim } = colours;
  return [
    verdict.promised === null ? dim(read.source) : `${mark(verdict.valid, colours, 'upper')}  ${dim(read.source)}`,
    ...(verdict.reason === undefined ? [] : [verdict.reason]),
    ...spectrumLines(verdict, colours, read.lineOf),
    '',
    `${count(read.columns.count, 'operation')} placed in ${duration(checkMs)}, read in ${duration(readMs)} (${read.format})`,
    ...read.notes,
    ...(written.failing === null ? [] : [`smallest failing history: ${written.failing}`]),
    ...(written.report === null ? [] : [`report: ${written.report}`]),
  ].join('\n');
}

/** One line a history, in columns. */
export function tableText(all: readonly Answered[], colours: Colours): string {
  const rows = all.map((answer) => {
    if (answer.kind === 'refused') return ['! no history', answer.file, '', ''] as const;
    if (answer.kind === 'placed') {
      const { verdict, read, checkMs } = answer.placed;
      const held = verdict.strongest.map((model) => titleOf(model, verdict.of)).join(', ');
      const operations = count(read.columns.count, 'operation');
      return [mark(verdict.valid, colours, 'lower'), answer.file, operations, `${duration(checkMs)} ${held}`] as const;
    }
    const { verdict, checkMs } = answer.checked;
    return [
      mark(verdict.valid, colours, 'lower'),
      answer.file,
      count(verdict.operations, 'operation'),
      `${duration(checkMs)}${verdict.method === '' ? '' : ` ${verdict.method}`}`,
    ] as const;
  });
  const width = (column: 0 | 1 | 2): number => Math.max(0, ...rows.map((row) => plain(row[column]).length));
  const pad = (text: string, to: number): string => text + ' '.repeat(Math.max(0, to - plain(text).length));
  return rows
    .map(([a, b, c, d]) =>
      `${pad(a, width(0))}  ${pad(b, width(1))}  ${' '.repeat(width(2) - c.length)}${c}  ${d}`.trimEnd(),
    )
    .join('\n');
}

const plain = (text: string): string => text.replaceAll(/\u001b\[[0-9;]*m/g, '');

/** One line of JSON: the verdict with all its evidence, and how long it took in ms. */
export function checkedJson({ file, checked, written }: Checked): string {
  const { verdict, read, readMs, checkMs } = checked;
  return JSON.stringify({
    file,
    ...verdict,
    format: read.format,
    bytes: read.bytes,
    readMs: rounded(readMs),
    checkMs: rounded(checkMs),
    notes: read.notes,
    ...written,
  });
}

export function placedJson({ file, placed, written }: Placed): string {
  const { verdict, read, readMs, checkMs } = placed;
  return JSON.stringify({
    file,
    ...verdict,
    operations: read.columns.count,
    format: read.format,
    bytes: read.bytes,
    readMs: rounded(readMs),
    checkMs: rounded(checkMs),
    notes: read.notes,
    ...written,
  });
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

export function refusedJson({ file, thrown }: Refused): string {
  return JSON.stringify({ file, error: messageOf(thrown) });
}
