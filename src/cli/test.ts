/** `clew test <system>`: runs a system, breaks it, and says whether it kept its promises. */

import { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { TestOptions } from '../runner/options.ts';
import { faultList, number } from './values.ts';
import { watchAndTell } from './outcome.ts';

/** What commander makes of the options below. */
interface Words {
  readonly workload?: string;
  readonly faults?: readonly string[];
  readonly faultInterval?: number;
  readonly cluster: string;
  readonly nodes?: number;
  readonly concurrency?: string;
  readonly rate?: number;
  readonly timeLimit?: number;
  readonly seed?: number;
  readonly mutant?: string;
  readonly runs?: number;
  readonly failFast?: boolean;
  readonly store?: string;
  readonly consistency?: string;
  readonly atLeast?: string;
}

/** Leaves out what was not given: the runner has the defaults. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function testOptions(system: string, words: Words): TestOptions {
  return {
    system,
    ...given({
      workload: words.workload,
      faults: words.faults,
      faultIntervalS: words.faultInterval,
      // Any word: the runner knows the clusters and names the nearest.
      cluster: words.cluster as TestOptions['cluster'],
      nodes: words.nodes,
      concurrency: words.concurrency,
      rate: words.rate,
      timeLimitS: words.timeLimit,
      seed: words.seed,
      mutant: words.mutant,
      runs: words.runs,
      failFast: words.failFast,
      storeDirectory: words.store,
      ...placing(words),
    }),
  };
}

/** `--consistency spectrum` is a question, any model a promise. */
function placing({ consistency, atLeast }: Words): {
  readonly consistency: boolean | undefined;
  readonly atLeast: string | undefined;
} {
  if (consistency === undefined || consistency === 'spectrum') {
    return { consistency: consistency === undefined ? undefined : true, atLeast };
  }
  if (atLeast !== undefined) throw new UsageError('--at-least goes with --consistency spectrum');
  return { consistency: true, atLeast: consistency };
}

export function testCommand(): Command {
  return new Command('test')
    .description('run a system, break it on purpose, and check what its clients saw')
    .argument('<system>', 'a bundled system (clew list systems), or the path of a module that exports "system"')
    .option('--workload <name>', 'what clients do (default: the first that the system serves)')
    .option(
      '--faults <kinds>',
      'kinds with commas between, all or none (default: all, for a mutant those it needs)',
      faultList,
    )
    .option('--fault-interval <s>', 'mean time between faults (default: 4)', number)
    .option('--cluster <kind>', 'auto, docker, netns or sim', 'auto')
    .option('--nodes <count>', 'how many nodes (default: 5)', number)
    .option('--concurrency <n>', 'client threads; 2n is two for each node (default: 2n)')
    .option('--rate <ops/s>', 'operations per second over all clients; 0 is as fast as they can (default: 100)', number)
    .option('--time-limit <s>', 'how long clients and faults go on (default: 50)', number)
    .option('--seed <number>', 'decides every random choice (default: a random one, which is shown)', number)
    .option('--mutant <name>', 'plant a known bug (clew list mutants)')
    .option('--runs <count>', 'so many runs, each with the next seed (default: 1)', number)
    .option('--fail-fast', 'stop a run at its first violation, and do no more runs after it')
    .option(
      '--consistency <model>',
      'spectrum: say which models of consistency the run satisfies; or one that must hold',
    )
    .option('--at-least <model>', 'with --consistency spectrum: the model that must hold')
    .option('--store <dir>', 'where runs are kept (default: store)')
    .action(async (system: string, words: Words) => {
      const { runTest } = await import('../runner/run.ts');
      await watchAndTell((observer, signal) => runTest(testOptions(system, words), observer, signal));
    });
}
