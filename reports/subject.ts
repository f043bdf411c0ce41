/** What a page is about: a run of ours, or a history from elsewhere. */

import type { Composed } from '../checkers/verdict.ts';
import type { History } from '../src/history/operation.ts';
import type { NodeLog, RunData } from '../src/store/read.ts';
import type { ExplanationRecord } from '../src/store/explanation.ts';
import type { TestRecord, TraceRecord } from '../src/store/run.ts';
import { failingHistory } from './evidence.ts';
import { html, type Html } from './html.ts';
import { count, duration, number, value } from './words.ts';

type Line = readonly [name: string, text: string];

export interface Subject {
  readonly history: History;
  /** Null when there is no verdict. */
  readonly results: Composed | null;
  /** Empty where nothing is known of the nodes. */
  readonly nodes: readonly string[];
  readonly trace: readonly TraceRecord[];
  /** The run with all its messages, where it is small enough and they are known. */
  readonly told: { readonly test: TestRecord; readonly course: readonly TraceRecord[] } | null;
  readonly logs: readonly NodeLog[];
  /** Where the failure was caused, if that was found out. */
  readonly explanation: ExplanationRecord | null;
  /** The fault kinds that were asked for; null for a history from elsewhere, about whose faults nothing is known. */
  readonly faults: readonly string[] | null;
  /** Colours of the fault kinds. */
  readonly colours: Readonly<Record<string, string>>;
  /** False for a history without times: they count its lines then. */
  readonly hasTimes: boolean;
  /** What is missing or cut off, one sentence each. */
  readonly notes: readonly string[];
  readonly title: string;
  /** Above the answer: what this is, and from when. */
  readonly about: Html;
  readonly facts: readonly Line[];
  /** One command line that does the same again. */
  readonly command: string;
  readonly settings: readonly Line[];
  readonly footer: Html;
}

/** `2026-11-20 21:55:01 UTC`; what is no time stays as it is. */
function startedAt(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso);
  return match === null ? iso : `${match[1] ?? ''} ${match[2] ?? ''} UTC`;
}

export function subjectOfRun(run: RunData): Subject {
  const { test, history, results, trace, logs, notes, explanation } = run;
  const failing = results === null ? null : failingHistory(results);
  return {
    history,
    results,
    trace,
    told: run.course === undefined ? null : { test, course: run.course },
    logs,
    explanation,
    notes,
    nodes: test.nodes,
    faults: test.faults,
    colours: test.colours,
    hasTimes: true,
    title: `${test.system}, ${test.workload}, seed ${test.seed}`,
    about: html`<strong>${test.system}</strong
      >${test.mutant !== null && html` with the bug <strong>${test.mutant}</strong> planted in it`}, ${test.workload}
      workload, ${startedAt(test.startedAt)}`,
    facts: [
      ['Nodes', `${number(test.nodes.length)} in ${test.cluster}`],
      ['Clients', number(test.concurrency)],
      ['Ran for', duration(history.at(-1)?.time ?? 0)],
      ['Seed', String(test.seed)],
    ],
    command: test.command,
    settings: settingsOf(run),
    footer: html`Made by Clew ${test.clew} from ${run.directory}. The whole history is in history.jsonl beside this
    page, the verdicts in results.json${failing !== null && ', the smallest history that fails in failing.jsonl'}.`,
  };
}

function settingsOf({ test, results }: RunData): readonly Line[] {
  const { tookMs = {}, hash = null } = results ?? {};
  return [
    ['System', test.mutant === null ? test.system : `${test.system}, mutant ${test.mutant}`],
    ['Workload', test.workload],
    ['Cluster', test.clusterReason === '' ? test.cluster : `${test.cluster} (${test.clusterReason})`],
    ['Nodes', test.nodes.join(', ')],
    ['Clients', number(test.concurrency)],
    ...courseOf(test),
    ['Seed', String(test.seed)],
    ...Object.entries(test.settings).map(([name, of]): Line => [`Setting ${name}`, value(of)]),
    ['Run', test.runId],
    ['Clew', `${test.clew}, Node.js ${test.host.node} on ${test.host.platform}, ${number(test.host.cpus)} CPUs`],
    ...Object.entries(tookMs).map(([part, ms]): Line => [`Time for ${part}`, duration(ms * 1e6)]),
    ...(hash === null ? [] : [['Hash of all events', hash] as const]),
  ];
}

/** How clients and faults went about it; a plan that lists them says it better itself. */
function courseOf({ plan, rate, timeLimitS, faults, faultIntervalS }: TestRecord): readonly Line[] {
  if (plan?.course.kind === 'listed') {
    const { operations, faults } = plan.course;
    return [
      ['Schedule', `${count(operations.length, 'operation')} and ${count(faults.length, 'fault')} in schedule.json`],
    ];
  }
  const often = faultIntervalS > 0 ? `, one about every ${number(faultIntervalS)} s` : ', as the plan says';
  return [
    ['Rate', rate === 0 ? 'as fast as the clients can' : `${number(rate)} operations/s over all clients`],
    ['Time limit', `${number(timeLimitS)} s`],
    ['Faults', faults.length === 0 ? 'none' : `${faults.join(', ')}${often}`],
  ];
}

/** A history from elsewhere and what was found in it. */
export interface CheckedHistory {
  readonly file: string;
  readonly format: string;
  readonly model: string;
  readonly history: History;
  readonly hasTimes: boolean;
  readonly results: Composed;
  readonly command: string;
  readonly clew: string;
  readonly tookMs: Readonly<Record<string, number>>;
}

export function subjectOfHistory(checked: CheckedHistory): Subject {
  const { file, format, model, history, hasTimes, results, command, clew, tookMs } = checked;
  const processes = new Set(history.map(({ process }) => process)).size;
  return {
    history,
    results,
    hasTimes,
    nodes: [],
    trace: [],
    told: null,
    logs: [],
    explanation: null,
    faults: null,
    colours: {},
    notes: [],
    title: file,
    about: html`<strong>${file}</strong>, checked against the model <strong>${model}</strong>`,
    facts: [
      ['Processes', number(processes)],
      ...(hasTimes ? ([['Lasted', duration(history.at(-1)?.time ?? 0)]] as const) : []),
    ],
    command,
    settings: [
      ['File', file],
      ['Format', format],
      ['Model', model],
      ['Clew', clew],
      ...Object.entries(tookMs).map(([part, ms]): Line => [`Time for ${part}`, duration(ms * 1e6)]),
    ],
    footer: html`Made by Clew ${clew} from ${file}.`,
  };
}
