/** `clew explain <run>`: where in a simulated run its failure was caused. */

import { dirname } from 'node:path';
import { Command } from 'commander';
import { exitCodes, UsageError } from '../errors.ts';
import type { RunPlan } from '../store/plan.ts';
import type { ExplanationRecord } from '../store/explanation.ts';
import { coloursOf } from './colours.ts';
import { interruptible } from './interrupt.ts';
import { liveLine, onStderr } from './live-line.ts';
import { shortPath } from './outcome.ts';
import { count, number } from './values.ts';

interface Words {
  readonly futures: number;
  readonly budget: string;
  readonly shrinkBudget: number;
  readonly json?: boolean;
  readonly store?: string;
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('tell where in a simulated run its failure was caused: what happened, and when it became likely')
    .argument('<run>', 'the directory of a run that fuzz or replay left, or a schedule file')
    .option('--futures <count>', 'how many futures to draw from each moment', count, 40)
    .option('--budget <time>', 'draw no more futures after 30s, 5m', '60s')
    .option('--shrink-budget <s>', 'time to shrink the run first, if it is long', number, 60)
    .option('--json', 'print the explanation as JSON')
    .option('--store <dir>', 'where a run is kept that had to be shrunk (default: store)')
    .action(explainRun);
}

async function explainRun(run: string, words: Words): Promise<void> {
  const [{ planAt }, { subjectOf }, { toExplain }, { explain }, { milliseconds }] = await Promise.all([
    import('../fuzz/replay.ts'),
    import('../fuzz/subject.ts'),
    import('../fuzz/explain/subject.ts'),
    import('../fuzz/explain/explain.ts'),
    import('../fuzz/options.ts'),
  ]);
  const budgetMs = milliseconds(words.budget);
  const given = await planAt(run);
  if (given === null) {
    throw new UsageError(
      `no schedule in ${run}: only simulated runs that "clew fuzz" or "clew replay" left can be explained`,
    );
  }
  const subject = await subjectOf(given);
  const tell = liveLine(onStderr());
  const found = await toExplain(given, subject, words.shrinkBudget * 1000, ({ runs, operations, faults }) => {
    tell.show(() => `shrinking: ${operations} operations, ${faults} faults after ${runs} runs`);
  });
  const interrupted = new AbortController();
  const record = await interruptible((signal) => {
    signal.addEventListener('abort', () => {
      interrupted.abort();
    });
    return explain(found.plan, subject, found.failure, {
      futures: words.futures,
      budgetMs,
      now: () => performance.now(),
      signal,
      onProgress: ({ runs, moments }) => tell.show(() => `${runs} futures from ${moments} moments`),
    });
  }, tell.say);
  tell.end();
  const directory = await keep(run, found, record, words.store);
  process.stdout.write(`${await textOf(record, found.plan, directory, words.json === true)}\n`);
  if (interrupted.signal.aborted) process.exitCode = exitCodes.crash;
}

/** Beside the run that it explains: where that is, or where it is put. */
async function keep(
  run: string,
  { plan, isShrunk }: { readonly plan: RunPlan; readonly isShrunk: boolean },
  record: ExplanationRecord,
  store: string | undefined,
): Promise<string> {
  const [{ existsSync }, { resolve }, { runFile }, { keepRun }, { subjectOf }, { writeExplanation }] =
    await Promise.all([
      import('node:fs'),
      import('node:path'),
      import('../store/layout.ts'),
      import('../fuzz/keep.ts'),
      import('../fuzz/subject.ts'),
      import('../store/write.ts'),
    ]);
  const [{ silentObserver }, { report }, { defaults }] = await Promise.all([
    import('../runner/observer.ts'),
    import('../runner/one-run.ts'),
    import('../runner/options.ts'),
  ]);
  const beside = run.endsWith('.json') ? dirname(run) : run;
  const isThere = !isShrunk && existsSync(runFile(beside, 'test'));
  const directory = isThere
    ? beside
    : (await keepRun(plan, await subjectOf(plan), { store: resolve(store ?? defaults.storeDirectory) }, silentObserver))
        .directory;
  await writeExplanation(directory, record);
  await report(directory, silentObserver);
  return directory;
}

async function textOf(record: ExplanationRecord, plan: RunPlan, directory: string, json: boolean): Promise<string> {
  if (json) return JSON.stringify({ ...record, directory: shortPath(directory) });
  const [{ explanationText }, { runFile }, words] = await Promise.all([
    import('./explanation-text.ts'),
    import('../store/layout.ts'),
    import('../../reports/words.ts'),
  ]);
  const { course } = plan;
  const size =
    course.kind === 'listed'
      ? `${words.count(course.operations.length, 'operation')} and ${words.count(course.faults.length, 'fault')} on `
      : '';
  const subject = `${plan.system}${plan.mutant === null ? '' : ` (mutant ${plan.mutant})`}, ${size}${words.count(plan.nodes.length, 'node')}`;
  const where = {
    report: shortPath(runFile(directory, 'report')),
    schedule: shortPath(runFile(directory, 'schedule')),
  };
  return explanationText(record, subject, where, coloursOf(process.stdout));
}
