/** What the terminal says after a run: the verdict, the reason, every checker, where the report is, how to run it again. */

import pc from 'picocolors';
import { runFile } from '../src/store/layout.ts';
import type { RunData } from '../src/store/read.ts';
import { subjectOfRun } from './subject.ts';
import { summarise, symbols, type Answer } from './summary.ts';
import { count, duration, number, shorten } from './words.ts';

export interface TerminalOptions {
  /** Whether the terminal shows colours. */
  readonly colour: boolean;
  /** The path of the report as the reader would type it. By default that in the run's directory; null where there is none. */
  readonly report?: string | null;
  /** The path of the history, as the reader would type it. By default that in the run's directory. */
  readonly history?: string;
  /** Explanations of what was found, each a headline and lines below it. */
  readonly explained?: readonly (readonly string[])[];
}

const words: Readonly<Record<Answer, string>> = {
  valid: 'VALID',
  invalid: 'INVALID',
  unknown: 'UNKNOWN',
  unfinished: 'NO VERDICT',
  placed: 'PLACED',
};

const saysMax = 400;
const nameMax = 40;

/** Control characters of a run's data would move the cursor or change colours: they come out as they are written. */
function harmless(text: string): string {
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Several lines of text, without a last newline. */
export function renderTerminal(
  run: RunData,
  {
    colour,
    report = runFile(run.directory, 'report'),
    history: historyFile = runFile(run.directory, 'history'),
    explained = [],
  }: TerminalOptions,
): string {
  const { bold, dim, green, red, yellow } = pc.createColors(colour);
  const paint: Readonly<Record<Answer, (text: string) => string>> = {
    valid: green,
    invalid: red,
    unknown: yellow,
    unfinished: yellow,
    placed: bold,
  };
  const { answer, reason, checkers, counts, calls, faults, endNs } = summarise(subjectOfRun(run));
  const names = checkers.map(({ name }) => harmless(shorten(name, nameMax)));
  const nameWidth = Math.max(0, ...names.map((name) => name.length));
  const { system, mutant, workload, cluster } = run.test;
  const subject = `${system}${mutant === null ? '' : ` (mutant ${mutant})`}, ${workload}, ${cluster}`;
  const lines = [
    `${bold(paint[answer](`${symbols[answer]} ${words[answer]}`))}  ${dim(harmless(subject))}`,
    harmless(shorten(reason, saysMax)),
    '',
    ...checkers.map(({ answer: one, says }, i) => {
      return `  ${paint[one](symbols[one])} ${(names[i] ?? '').padEnd(nameWidth)}  ${says === reason ? 'see above' : harmless(shorten(says, saysMax))}`;
    }),
    ...(checkers.length > 0 ? [''] : []),
    ...explained.flatMap(([headline = '', ...more]) => [bold(harmless(headline)), ...more.map(harmless), '']),
    `  ${count(calls.length, 'operation')} in ${duration(endNs)}: ${number(counts.ok)} ok, ${number(counts.fail)} failed, ` +
      `${number(counts.info + counts.open)} unknown; ${count(faults.length, 'fault')}`,
    ...run.notes.map((note) => `  ${harmless(note)}`),
    ...(explained.length === 0 ? [] : [`  ${dim('lines')}   those of ${harmless(historyFile)}`]),
    ...(report === null ? [] : [`  ${dim('report')}  ${harmless(report)}`]),
    `  ${dim('again')}   ${harmless(run.test.command)}`,
  ];
  return lines.join('\n');
}
