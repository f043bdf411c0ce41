/** `clew check <history…>`: decides whether histories from anywhere are what a model allows. */

import { Command } from 'commander';
import type { CheckFileOptions, CheckedFile } from '../checking/check-file.ts';
import type { PlaceFileOptions } from '../checking/place-file.ts';
import { exitCodes, unknownName, UsageError } from '../errors.ts';
import type { Json } from '../history/operation.ts';
import type { Format, ReadColumnsOptions } from '../history/read-columns.ts';
import type { Valid } from '../../checkers/verdict.ts';
import { quote } from '../runner/shell.ts';
import { checkProgress } from './check-progress.ts';
import type * as checkText from './check-text.ts';
import type { Answered } from './check-text.ts';
import { coloursOf } from './colours.ts';
import { failure } from './failure.ts';
import { isLive } from './live.ts';
import { count, number } from './values.ts';

/** What commander makes of the options below. */
interface Words {
  readonly model?: string;
  readonly consistency?: string;
  readonly atLeast?: string;
  readonly format: string;
  readonly init?: string;
  readonly key?: boolean;
  readonly nil: string;
  readonly tolerateCut?: boolean;
  readonly timeBudget: number;
  readonly memoryBudget: number;
  readonly jobs?: number;
  readonly evidence: boolean;
  readonly replayWitness?: boolean;
  readonly json?: boolean;
  readonly report?: string;
  readonly failing?: string;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('decide whether a history from anywhere is linearizable, or how consistent it is, and why not more')
    .argument('<history...>', 'files, gzip and zstd as they are; - is standard input')
    .option('--model <name>', 'what the operations are of (clew list models)')
    .option(
      '--consistency <model>',
      'spectrum for all models of consistency, or one: sequential, CCv, CM, CC, PRAM, RYW …',
    )
    .option('--at-least <model>', 'with --consistency spectrum: the model that must hold')
    .option('--format <name>', 'clew, edn, porcupine-log, porcupine-kv or auto', 'auto')
    .option('--init <json>', 'the initial value, as JSON (default: absent)')
    .option('--key', 'every value in an EDN history is [key value]; each key is checked by itself')
    .option('--nil <meaning>', 'what a read of nil says: absent, or wildcard (nothing, as in Knossos)', 'absent')
    .option('--tolerate-cut', 'leave out a last operation that is cut off')
    .option('--time-budget <s>', 'time for the check; then it answers unknown', number, 60)
    .option('--memory-budget <MB>', 'memory for the search; then it answers unknown', number, 1000)
    .option('--jobs <count>', 'threads, for histories of several keys (default: one per core)', count)
    .option('--replay-witness', 'confirm the order of a valid history by replaying it')
    .option('--no-evidence', 'only the verdict: no smallest prefix, states, orders or smallest history')
    .option('--json', 'print results as JSON, one line per history')
    .option('--report <file>', 'write an HTML report; for several histories, into this folder')
    .option('--failing <file>', 'write the smallest history that fails as JSONL; for several, into this folder')
    .action(async (files: readonly string[], words: Words) => {
      process.exitCode = await checkAll(files, words);
    });
}

async function checkAll(files: readonly string[], words: Words): Promise<number> {
  const question = words.consistency === undefined ? null : await placeOptions(words, words.consistency);
  const options = question === null ? await optionsOf(words) : null;
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('standard input (-) can be read only once');
  const [{ checkFile }, { placeFile }, { writeEvidence, writePlaced }, text] = await Promise.all([
    import('../checking/check-file.ts'),
    import('../checking/place-file.ts'),
    import('../checking/write-evidence.ts'),
    import('./check-text.ts'),
  ]);
  const answered: Answered[] = [];
  for (const [i, file] of files.entries()) {
    const shown = checkProgress({
      name: files.length === 1 ? file : `${file} (${i + 1} of ${files.length})`,
      write: (text) => process.stderr.write(text),
      live: isLive(process.stderr),
      now: () => performance.now(),
    });
    try {
      const evidence = {
        command: commandLine(file, words),
        report: place(words.report, files, i, 'html'),
        failing: place(words.failing, files, i, 'failing.jsonl'),
      };
      if (question !== null) {
        shown.onProgress({ phase: 'read' });
        const placed = await placeFile(file, question);
        shown.end();
        answered.push({ kind: 'placed', file, placed, written: await writePlaced(placed, evidence) });
      } else if (options !== null) {
        const checked = await checkFile(file, { ...options, onProgress: shown.onProgress });
        shown.end();
        answered.push({ kind: 'checked', file, checked, written: await writeEvidence(checked, evidence) });
      }
    } catch (thrown) {
      shown.end();
      // One file that can't be read says nothing of the others.
      if (files.length === 1 || !(thrown instanceof UsageError)) throw thrown;
      answered.push({ kind: 'refused', file, thrown });
    }
    tell(text, answered.at(-1) as Answered, words, files.length === 1);
  }
  if (files.length > 1 && words.json !== true) {
    process.stdout.write(`${text.tableText(answered, coloursOf(process.stdout))}\n`);
  }
  const worst = Math.max(...answered.map((answer) => severity.indexOf(exitCodeOf(answer))));
  return severity[worst] ?? exitCodes.crash;
}

/** Of several histories, the worst decides. */
const severity: readonly number[] = [
  exitCodes.valid,
  exitCodes.unknown,
  exitCodes.invalid,
  exitCodes.usage,
  exitCodes.crash,
];

function exitCodeOf(answer: Answered): number {
  if (answer.kind === 'refused') return exitCodes.usage;
  if (answer.kind === 'placed') return exitCodeOfValid(answer.placed.verdict.valid);
  return exitCodeOfVerdict(answer.checked);
}

function exitCodeOfVerdict({ verdict: { valid, witnesses } }: CheckedFile): number {
  // An order that its own replay refutes is an error of Clew, not of the history.
  if (witnesses !== undefined && witnesses.refuted.length > 0) return exitCodes.crash;
  return exitCodeOfValid(valid);
}

function exitCodeOfValid(valid: Valid): number {
  return valid === true ? exitCodes.valid : valid === false ? exitCodes.invalid : exitCodes.unknown;
}

function tell(
  { checkedJson, checkedText, placedJson, placedText, refusedJson }: typeof checkText,
  answer: Answered,
  { json }: Words,
  isAlone: boolean,
): void {
  if (json === true) {
    const line =
      answer.kind === 'checked'
        ? checkedJson(answer)
        : answer.kind === 'placed'
          ? placedJson(answer)
          : refusedJson(answer);
    process.stdout.write(`${line}\n`);
  } else if (answer.kind === 'refused') {
    failure(answer.thrown, (line) => void process.stderr.write(`${line}\n`));
  } else if (answer.kind === 'placed') {
    process.stdout.write(`${placedText(answer, coloursOf(process.stdout))}\n`);
  } else if (isAlone || answer.checked.verdict.valid !== true) {
    process.stdout.write(`${checkedText(answer, coloursOf(process.stdout))}\n`);
  }
}

async function optionsOf(words: Words): Promise<CheckFileOptions> {
  const [{ models }, { formatNamed }] = await Promise.all([
    import('../../checkers/models/index.ts'),
    import('../history/read-columns.ts'),
  ]);
  const { model, init, timeBudget, memoryBudget, jobs } = words;
  if (model === undefined) {
    throw new UsageError(
      'name what the operations are of with --model (clew list models), or ask for --consistency spectrum',
    );
  }
  if (!Object.hasOwn(models, model)) throw unknownName('model', model, Object.keys(models));
  if (words.atLeast !== undefined) throw new UsageError('--at-least goes with --consistency spectrum');
  checkBudgets(words);
  return {
    model: { name: model as keyof typeof models, ...(init === undefined ? {} : { init: jsonOf(init) }) },
    read: readOptions(words, formatNamed),
    check: {
      timeBudgetMs: timeBudget * 1000,
      memoryBudgetBytes: memoryBudget * 1e6,
      evidence: words.evidence,
      replayWitnesses: words.replayWitness === true,
      ...(jobs === undefined ? {} : { jobs }),
    },
  };
}

/** What `--consistency` asks for. */
async function placeOptions(words: Words, consistency: string): Promise<PlaceFileOptions> {
  const [{ models }, { formatNamed }, { spectrumModelNamed, spectrumNames }] = await Promise.all([
    import('../../checkers/models/index.ts'),
    import('../history/read-columns.ts'),
    import('../../checkers/spectrum/names.ts'),
  ]);
  const { model, init, timeBudget, memoryBudget, atLeast } = words;
  const named = (name: string, known: readonly string[]) => {
    const found = spectrumModelNamed(name);
    if (found === null) throw unknownName('model of consistency', name, known);
    return found;
  };
  if (model !== undefined && !Object.hasOwn(models, model)) throw unknownName('model', model, Object.keys(models));
  const isSpectrum = consistency === 'spectrum';
  if (!isSpectrum && atLeast !== undefined) throw new UsageError('--at-least goes with --consistency spectrum');
  const one = isSpectrum ? null : named(consistency, ['spectrum', ...spectrumNames]);
  const least = atLeast === undefined ? one : named(atLeast, spectrumNames);
  checkBudgets(words);
  return {
    read: readOptions(words, formatNamed),
    ...(model === undefined
      ? {}
      : { model: { name: model as keyof typeof models, ...(init === undefined ? {} : { init: jsonOf(init) }) } }),
    ...(init === undefined ? {} : { init: jsonOf(init) }),
    ...(one === null ? {} : { only: [one] }),
    atLeast: least,
    explains: words.evidence,
    timeBudgetMs: timeBudget * 1000,
    memoryBudgetBytes: memoryBudget * 1e6,
  };
}

function checkBudgets({ nil, timeBudget, memoryBudget }: Words): void {
  if (nil !== 'absent' && nil !== 'wildcard') throw unknownName('meaning of nil', nil, ['absent', 'wildcard']);
  if (timeBudget <= 0) throw new UsageError(`--time-budget must be more than 0 s, not ${timeBudget}`);
  if (memoryBudget < 1) throw new UsageError(`--memory-budget must be at least 1 MB, not ${memoryBudget}`);
}

function readOptions(words: Words, formatNamed: (name: string) => Format | 'auto'): ReadColumnsOptions {
  return {
    format: formatNamed(words.format),
    stdin: process.stdin,
    nil: words.nil === 'wildcard' ? 'wildcard' : 'absent',
    keyed: words.key === true,
    tolerateCut: words.tolerateCut === true,
  };
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new UsageError(`--init ${text}: expected JSON, such as 0, '"a"' or null`);
  }
}

/** Where evidence about one of `files` goes: the path asked for, or a file of its own in that folder. */
function place(path: string | undefined, files: readonly string[], i: number, extension: string): string | null {
  if (path === undefined) return null;
  if (files.length === 1) return path;
  const name = (files[i] ?? '').replaceAll(/[^\w.-]+/g, '-').replace(/^[-.]+/, '');
  return `${path}/${i + 1}-${name === '' ? 'stdin' : name}.${extension}`;
}

/** The same check again, as one would type it. */
function commandLine(file: string, words: Words): string {
  return [
    'clew check',
    quote(file),
    ...(words.model === undefined ? [] : [`--model ${words.model}`]),
    ...(words.consistency === undefined ? [] : [`--consistency ${words.consistency}`]),
    ...(words.atLeast === undefined ? [] : [`--at-least ${words.atLeast}`]),
    ...(words.format === 'auto' ? [] : [`--format ${words.format}`]),
    ...(words.init === undefined ? [] : [`--init ${quote(words.init)}`]),
    ...(words.key === true ? ['--key'] : []),
    ...(words.nil === 'absent' ? [] : [`--nil ${words.nil}`]),
    ...(words.tolerateCut === true ? ['--tolerate-cut'] : []),
  ].join(' ');
}
