/** Watches runs, tells how they came out, and sets the exit code. */

import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { RunObserver } from '../runner/observer.ts';
import type { RunSummary } from '../runner/one-run.ts';
import type { RunResult } from '../runner/run.ts';
import { coloursOf, wantsColour } from './colours.ts';
import { failure } from './failure.ts';
import { interruptible } from './interrupt.ts';
import { onStderr } from './live-line.ts';
import { progress } from './progress.ts';
import { addToStepSummary } from './step-summary.ts';

/** Runs `body`, which throws when nothing could start, and tells its result. */
export async function watchAndTell<T extends RunResult>(
  body: (observer: RunObserver, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const shown = progress({ ...onStderr(), colours: coloursOf(process.stderr) });
  const say = (line: string): void => shown.onEvent({ kind: 'message', level: 'info', text: line });
  let interrupted = false;
  let result: T;
  try {
    result = await interruptible(async (signal) => {
      signal.addEventListener('abort', () => (interrupted = true));
      return body(shown, signal);
    }, say);
  } finally {
    shown.end();
  }
  await tell(result, interrupted);
  process.exitCode = result.exitCode;
  return result;
}

/** The worst run in full, how many came out which way, and where the data is. */
async function tell(result: RunResult, interrupted: boolean): Promise<void> {
  const worst =
    result.runs.find(({ valid }) => valid === false) ??
    result.runs.find(({ valid }) => valid !== true) ??
    result.runs.at(-1);
  if (worst !== undefined) await summarize(worst);
  if (result.asked > 1) process.stdout.write(`${tally(result.runs, result.asked)}\n`);

  const writeError = (line: string): void => void process.stderr.write(`${line}\n`);
  const last = result.runs.at(-1);
  const kept = last === undefined ? 'nothing was started' : `the data so far is in ${shortPath(last.directory)}`;
  if (interrupted) writeError(`clew: interrupted: ${kept}`);
  else if (last !== undefined && last.broke !== null) {
    failure(last.broke, writeError);
    writeError(`clew: ${kept}`);
  }
}

async function summarize(run: RunSummary): Promise<void> {
  const [{ readRun }, { runFile }, { renderTerminal }, { explainedText }] = await Promise.all([
    import('../store/read.ts'),
    import('../store/layout.ts'),
    import('../../reports/terminal.ts'),
    import('./explained-text.ts'),
  ]);
  const data = await readRun(run.directory);
  const path = runFile(data.directory, 'report');
  const report = existsSync(path) ? shortPath(path) : null;
  const history = shortPath(runFile(data.directory, 'history'));
  const explained = explainedText(data.results?.checkers ?? {});
  const colour = wantsColour(process.stdout);
  process.stdout.write(`${renderTerminal(data, { colour, report, history, explained })}\n`);
  await addToStepSummary(async () => (await import('../../reports/github.ts')).renderGithub(data));
}

/** `200 runs: 199 valid, 1 invalid (seed 17)`; `3 of 200 runs: …` when not all `asked` were done. */
export function tally(runs: readonly RunSummary[], asked: number = runs.length): string {
  const which = (words: string, chosen: readonly RunSummary[]): string[] => {
    if (chosen.length === 0) return [];
    const seeds = chosen.slice(0, 10).map(({ seed }) => seed);
    const more = chosen.length > seeds.length ? ', …' : '';
    const named = words === 'valid' ? '' : ` (seed${seeds.length > 1 ? 's' : ''} ${seeds.join(', ')}${more})`;
    return [`${chosen.length} ${words}${named}`];
  };
  const ended = runs.filter(({ broke }) => broke === null);
  const done = runs.length === asked ? '' : `${runs.length} of `;
  return `${done}${asked} runs: ${[
    ...which(
      'valid',
      ended.filter(({ valid }) => valid === true),
    ),
    ...which(
      'invalid',
      ended.filter(({ valid }) => valid === false),
    ),
    ...which(
      'unknown',
      ended.filter(({ valid }) => valid === 'unknown'),
    ),
    ...which(
      'broke',
      runs.filter(({ broke }) => broke !== null),
    ),
  ].join(', ')}`;
}

/** Relative where that is shorter. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== '' && short.length < path.length && !short.startsWith('..') ? short : path;
}
