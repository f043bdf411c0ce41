/** `clew fuzz <system>`: thousands of simulated runs, and the smallest schedule for each failure that they show. */

import { Command } from 'commander';
import { exitCodes, UsageError } from '../errors.ts';
import type { CampaignOptions } from '../fuzz/campaign.ts';
import type { FuzzOptions, ResolvedFuzz } from '../fuzz/options.ts';
import type { ReadCampaign } from '../store/campaign-files.ts';
import { campaignProgress } from './campaign-progress.ts';
import { coloursOf } from './colours.ts';
import { interruptible } from './interrupt.ts';
import { onStderr } from './live-line.ts';
import type { MatrixWords } from './matrix.ts';
import { shortPath } from './outcome.ts';
import { addToStepSummary } from './step-summary.ts';
import { count, faultList, number } from './values.ts';

/** What commander makes of the options below. */
interface Words extends Omit<FuzzOptions, 'system' | 'shrinkBudgetS' | 'storeDirectory'> {
  readonly shrinkBudget?: number;
  readonly checkDeterminism?: boolean;
  readonly resume?: string;
  readonly json?: boolean;
  readonly store?: string;
  readonly campaigns?: number;
  readonly killBudget?: string;
  readonly control?: number;
  readonly write?: string;
}

export function fuzzCommand(): Command {
  return new Command('fuzz')
    .description(
      'run a system in the simulator with seed after seed, each its own mix of faults, and shrink what fails',
    )
    .argument('[system]', 'a bundled system (clew list systems), or the path of a module that exports "system"')
    .option('--seeds <range>', 'one run for each seed, such as 1..10000 (default: 1..1000)')
    .option('--jobs <count>', 'worker threads (default: one per core)', count)
    .option('--budget <time>', 'begin no new runs after 90s, 10m, 8h')
    .option('--mutant <name>', 'plant a known bug (clew list mutants), or all of them in turn: a kill matrix')
    .option('--workload <name>', 'what clients do (default: drawn for each run)')
    .option('--nodes <count>', 'how many nodes (default: 3 to 7, drawn for each run)', count)
    .option('--faults <kinds>', 'kinds with commas between, all or none; each run draws out of them', faultList)
    .option('--beyond-budget', 'break more for good than the system says that it survives')
    .option('--fail-fast', 'begin no more runs after the first that fails')
    .option('--no-shrink', 'leave failures as they are')
    .option('--shrink-budget <s>', 'time to shrink each class of failure (default: 60)', number)
    .option('--check-determinism', 'do every run twice, and say where the two part')
    .option('--resume <campaign>', 'go on with a campaign that was stopped: its directory')
    .option('--campaigns <count>', 'with --mutant all: campaigns against each mutant (default: 10)', count)
    .option('--kill-budget <time>', 'with --mutant all: time of all workers for one campaign (default: 60s)')
    .option('--control <runs>', 'with --mutant all: runs without a mutant, at least (default: 200)', count)
    .option('--write <file>', 'with --mutant all: put the result into a document, such as docs/TRACK-RECORD.md')
    .option('--json', 'print the result as JSON')
    .option('--store <dir>', 'where campaigns are kept (default: store)')
    .action(async (system: string | undefined, words: Words) => {
      if (words.mutant === 'all') {
        const { killMatrix } = await import('./matrix.ts');
        await killMatrix(matrixWords(required(system), words), process.argv.slice(2));
        return;
      }
      const only = matrixOnly.find((name) => words[name] !== undefined);
      if (only !== undefined) throw new UsageError(`${dashed(only)} goes with --mutant all`);
      if (words.checkDeterminism === true) await twice(required(system), words);
      else await campaign(system, words);
    });
}

function required(system: string | undefined): string {
  if (system === undefined) throw new UsageError("missing required argument 'system' (see clew fuzz --help)");
  return system;
}

const matrixOnly = ['campaigns', 'killBudget', 'control', 'write'] as const;
/** What has another meaning, or none, where campaigns follow one another. */
const notInMatrix = ['seeds', 'budget', 'workload', 'beyondBudget', 'failFast', 'checkDeterminism', 'resume'] as const;

/** `killBudget` is `--kill-budget`. */
const dashed = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function matrixWords(system: string, words: Words): MatrixWords {
  const odd = notInMatrix.find((name) => words[name] !== undefined);
  if (odd !== undefined) throw new UsageError(`${dashed(odd)} does not go with --mutant all`);
  const { nodes, faults, jobs, shrink, shrinkBudget, store, campaigns, killBudget, control, json, write } = words;
  return {
    system,
    json: json ?? false,
    write: write ?? null,
    ...(nodes === undefined ? {} : { nodes }),
    ...(faults === undefined ? {} : { faults }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(shrink === undefined ? {} : { shrink }),
    ...(shrinkBudget === undefined ? {} : { shrinkBudgetS: shrinkBudget }),
    ...(store === undefined ? {} : { storeDirectory: store }),
    ...(campaigns === undefined ? {} : { campaigns }),
    ...(killBudget === undefined ? {} : { killBudget }),
    ...(control === undefined ? {} : { control }),
  };
}

function optionsOf(system: string, words: Words): FuzzOptions {
  const { shrinkBudget, store, resume: _resume, json: _json, checkDeterminism: _twice, ...rest } = words;
  return {
    system,
    ...rest,
    ...(shrinkBudget === undefined ? {} : { shrinkBudgetS: shrinkBudget }),
    ...(store === undefined ? {} : { storeDirectory: store }),
  };
}

async function campaign(system: string | undefined, words: Words): Promise<void> {
  const [{ runCampaign }, { resolveFuzz }, files, { campaignText }] = await Promise.all([
    import('../fuzz/campaign.ts'),
    import('../fuzz/options.ts'),
    import('../store/campaign-files.ts'),
    import('./campaign-text.ts'),
  ]);
  const earlier = words.resume === undefined ? null : await files.readCampaign(words.resume);
  if (earlier !== null && system !== undefined && system !== earlier.record.asked.system) {
    throw new UsageError(
      `the campaign in ${words.resume ?? ''} is one of ${earlier.record.asked.system}, not of ${system}`,
    );
  }
  const resolved = await resolveFuzz(optionsOf(earlier?.record.asked.system ?? required(system), words));
  const options = await begin(resolved, earlier, words.resume ?? null, files.createCampaignDirectory);
  const shown = campaignProgress(onStderr());
  let result;
  const interrupted = new AbortController();
  try {
    result = await interruptible((signal) => {
      signal.addEventListener('abort', () => interrupted.abort());
      return runCampaign(options, shown.onProgress, signal);
    }, shown.say);
  } finally {
    shown.end();
  }
  const { renderCampaign } = await import('../../reports/campaign.ts');
  const report = files.campaignFile(options.directory, 'report');
  const { writeAtomically } = await import('../store/write.ts');
  await writeAtomically(report, renderCampaign(result.record, result.timing));
  const directory = shortPath(options.directory);
  const text =
    words.json === true
      ? JSON.stringify({ ...result.record, timing: result.timing, directory })
      : campaignText(result, { directory, report: shortPath(report) }, coloursOf(process.stdout));
  process.stdout.write(`${text}\n`);
  const { record, timing } = result;
  await addToStepSummary(async () => {
    return (await import('../../reports/github-campaign.ts')).renderGithubCampaign(record, timing);
  });
  const { failed, unknown } = record;
  const code = failed > 0 ? exitCodes.invalid : unknown > 0 ? exitCodes.unknown : exitCodes.valid;
  process.exitCode = interrupted.signal.aborted ? exitCodes.crash : code;
}

/** A new directory, or that of the campaign that goes on, with what was asked for then. */
async function begin(
  resolved: ResolvedFuzz,
  earlier: ReadCampaign | null,
  resumed: string | null,
  create: (store: string, system: string, startedAt: Date) => Promise<string>,
): Promise<CampaignOptions> {
  const { asked, storeDirectory, ...how } = resolved;
  if (earlier === null || resumed === null) {
    const { loadSystem } = await import('../runner/options.ts');
    const { system } = await loadSystem(asked.system);
    const directory = await create(storeDirectory, system.name, new Date());
    return { ...how, asked, directory, earlier: { results: [], timing: null } };
  }
  return { ...how, asked: earlier.record.asked, directory: resumed, earlier };
}

/** Every run twice; tells of the first that was not the same. */
async function twice(system: string, words: Words): Promise<void> {
  const [{ twins }, { drawFor }, { resolveFuzz }, { subjectOf }] = await Promise.all([
    import('../fuzz/determinism.ts'),
    import('../fuzz/work.ts'),
    import('../fuzz/options.ts'),
    import('../fuzz/subject.ts'),
  ]);
  const { asked, budgetMs } = await resolveFuzz(optionsOf(system, words));
  const draw = await drawFor(asked);
  const began = performance.now();
  let done = 0;
  for (let seed = asked.firstSeed; seed <= asked.lastSeed; seed++) {
    if (budgetMs !== null && performance.now() - began > budgetMs) break;
    const plan = draw(seed);
    const difference = await twins(plan, await subjectOf(plan));
    done++;
    if (difference === null) continue;
    const { after, before, first, second } = difference;
    process.stdout.write(
      [
        `seed ${seed}: two runs of the same plan part after ${after} events`,
        ...before.map((line) => `    ${line}`),
        `  1 ${first ?? 'the end'}`,
        `  2 ${second ?? 'the end'}`,
        '',
      ].join('\n'),
    );
    process.exitCode = exitCodes.invalid;
    return;
  }
  process.stdout.write(`${done} runs, each done twice: the same, event by event\n`);
}
