/**
 * One run, or one history, as one HTML page that explains itself: it opens from disk (document.ts).
 */

import type { Failure } from '../checkers/linearizable/verdict.ts';
import type { RunData } from '../src/store/read.ts';
import { bothWidths, type Width } from './axis.ts';
import { causalityBody } from './causality.ts';
import { consistencyBody } from './consistency.ts';
import { banner } from './banner.ts';
import { latencyPoints, latencyQuantiles, pointsMax, throughput, type ChartOptions } from './charts.ts';
import { isLinearizable } from './evidence.ts';
import { failureSections } from './failures.ts';
import type { FaultInterval } from './faults.ts';
import { findingCards } from './findings.ts';
import { document, type Section } from './document.ts';
import { colour, html, type Html } from './html.ts';
import { logExcerpts, logTails } from './logs.ts';
import { rows, sample, sliceLength, slices } from './operations.ts';
import { spaceTime } from './space-time/section.ts';
import { violationOf } from './space-time/violation.ts';
import { spectrumIn } from './spectrum.ts';
import { subjectOfHistory, subjectOfRun, type CheckedHistory, type Subject } from './subject.ts';
import { summarise, type Summary } from './summary.ts';
import { checkersTable, faultsTable, legend, operationsTable, settingsTable, swatch } from './tables.ts';
import { hasRoles, nodeStories, timeline, type NodeStory } from './timeline.ts';
import { count, duration, moment, number } from './words.ts';

type ColouredFault = FaultInterval & { readonly colour: string };

/** Everything that several sections of the page need. */
interface View {
  readonly subject: Subject;
  readonly summary: Summary;
  readonly failures: readonly Failure[];
  readonly faults: readonly ColouredFault[];
  readonly stories: readonly NodeStory[];
  /** When something went wrong: completions without a place, and crashes. */
  readonly marks: readonly number[];
}

const marksMax = 12;
const quietGrey = '#8a8f98';

function viewOf(subject: Subject): View {
  const { history, nodes, trace, colours } = subject;
  const summary = summarise(subject);
  const failures = summary.checkers.flatMap(({ verdict }) => (isLinearizable(verdict) ? verdict.failures : []));
  const stories = nodeStories(nodes, trace, summary.faults, summary.endNs);
  const failed = failures.flatMap(({ completion }) => history[completion]?.time ?? []);
  const crashed = stories.flatMap(({ crashes }) => crashes.map(({ atNs }) => atNs));
  return {
    subject,
    summary,
    failures,
    faults: summary.faults.map((fault) => ({ ...fault, colour: colour(colours[fault.kind], quietGrey) })),
    stories,
    marks: [...failed, ...crashed].sort((a, b) => a - b).slice(0, marksMax),
  };
}

function wentWrong({ subject, summary, failures, faults }: View): Section | null {
  const laneFaults = faults.map((fault) => ({ ...fault, label: `${fault.kind} ${fault.shape}` }));
  const context = {
    history: subject.history,
    hasTimes: subject.hasTimes,
    calls: summary.calls,
    faults: laneFaults,
    said: summary.reason,
  };
  const others = summary.checkers.filter(({ answer, verdict }) => {
    return (
      answer !== 'valid' &&
      spectrumIn({ consistency: verdict }) === null &&
      !(isLinearizable(verdict) && verdict.failures.length > 0)
    );
  });
  if (failures.length === 0 && others.length === 0) return null;
  const keys = count(failures.length, 'key');
  const unexplained = html`<p class="note">
    ${keys} ${failures.length === 1 ? 'has' : 'have'} no order of operations that explains what clients saw.
  </p>`;
  const body = html`${failures.length > 0 && unexplained} ${failureSections(failures, context)}
  ${findingCards(others, context)}`;
  return { id: 'failure', title: summary.answer === 'invalid' ? 'What went wrong' : 'What is not known', body };
}

function causality({ subject: { explanation } }: View): Section | null {
  if (explanation === null) return null;
  return { id: 'cause', title: 'Where it was caused', body: causalityBody(explanation) };
}

function checkers({ summary }: View): Section | null {
  if (summary.checkers.length === 0) return null;
  return { id: 'checkers', title: 'Every checker’s answer', body: checkersTable(summary.checkers) };
}

function consistency({ subject, summary, faults }: View): Section | null {
  const verdict = spectrumIn(subject.results?.checkers ?? {});
  if (verdict === null) return null;
  const { history, hasTimes } = subject;
  const laneFaults = faults.map((fault) => ({ ...fault, label: `${fault.kind} ${fault.shape}` }));
  const context = { history, hasTimes, calls: summary.calls, faults: laneFaults, said: summary.reason };
  return { id: 'consistency', title: 'Consistency', body: consistencyBody(verdict, context) };
}

function kindsLegend(faults: readonly ColouredFault[]): Html | null {
  const kinds = new Map(faults.map((fault) => [fault.kind, fault.colour]));
  if (kinds.size === 0) return null;
  return html`<ul class="legend">
    ${[...kinds].map(([kind, fill]) => html`<li>${swatch(fill)}${kind}</li>`)}
  </ul>`;
}

const roleLegend = [
  ['leader', 'leader'],
  ['candidate', 'candidate'],
  ['follower', 'follower'],
  ['paused', 'paused'],
  ['down', 'down'],
] as const;

function nodes({ subject, summary, stories, faults, marks }: View): Section | null {
  if (!hasRoles(stories)) return null;
  const body = html`<p class="note">
      Role of each node, with its term as a number. Shaded: a fault is in
      force${marks.length > 0 && '; the dashed line: something went wrong'}.
    </p>
    ${legend(roleLegend)} ${kindsLegend(faults)}
    <figure class="chart">${bothWidths((width) => timeline(stories, faults, marks, summary.endNs, width))}</figure>`;
  return { id: 'nodes', title: `The ${number(subject.nodes.length)} nodes over time`, body };
}

function messages({ subject, summary, failures }: View): Section | null {
  const { told, history } = subject;
  if (told === null) return null;
  const { failed, violated } = violationOf(summary.checkers, failures, history, told.course);
  const { calls, faults } = summary;
  const body = spaceTime({ ...told, calls, faults, failed, violated });
  return body === null ? null : { id: 'messages', title: 'Who said what to whom', body };
}

function faultTimeline({ subject, faults }: View): Section | null {
  if (subject.faults === null && faults.length === 0) return null;
  const nothing = subject.faults?.length === 0 ? 'No faults were asked for.' : 'The run ended before the first fault.';
  const note = html`<p class="note">A fault counts only when its effect was measured while it was in force.</p>`;
  const body = faults.length === 0 ? html`<p class="note">${nothing}</p>` : html`${note}${faultsTable(faults)}`;
  return { id: 'faults', title: 'Faults', body };
}

type Chart = (width: Width) => Promise<Html>;

async function figure(title: string, note: string, key: Html, chart: Chart): Promise<Html> {
  const [wide, narrow] = [await chart('wide'), await chart('narrow')];
  return html`<figure class="chart">
    <h3>${title}</h3>
    <p class="note">${note}</p>
    ${key} ${bothWidths((width) => (width === 'wide' ? wide : narrow))}
  </figure>`;
}

const outcomeLegend = [
  ['ok', 'ok'],
  ['fail', 'failed'],
  ['info', 'unknown'],
] as const;

async function performance({ subject, summary, faults, marks }: View): Promise<Section | null> {
  if (!subject.hasTimes) return null;
  const { calls, endNs } = summary;
  const total = calls.filter(({ completion }) => completion !== null).length;
  if (total === 0) return null;
  const options: ChartOptions = { endNs, shades: faults, marks };
  const length = sliceLength(endNs, 80);
  // A last slice of a few milliseconds would show a rate that never was.
  const all = slices(calls, endNs, length).filter(({ fromNs, toNs }) => endNs - fromNs >= (toNs - fromNs) / 2);
  const drawn = sample(calls, pointsMax).length;
  const sampled =
    drawn < total
      ? ` ${number(drawn)} of ${count(total, 'operation')} are drawn, the frequent outcomes thinned out evenly; the quantiles below are exact.`
      : '';
  const points = await figure(
    'Latency of each operation',
    `From call to answer, by when it was called.${sampled}`,
    legend(outcomeLegend),
    (width) => latencyPoints(calls, options, width),
  );
  const quantiles = await figure(
    'Latency quantiles',
    `Of operations that were ok, over each ${duration(length)}. Dotted: the slowest.`,
    legend([
      ['ok', 'median'],
      ['p95', '95 %'],
      ['p99', '99 %'],
    ]),
    (width) => latencyQuantiles(all, options, width),
  );
  const rate = await figure(
    'Throughput',
    `Answers per second, over each ${duration(length)}.`,
    legend(outcomeLegend),
    (width) => throughput(all, options, width),
  );
  const body = html`${subject.faults !== null && html`<p class="note">Shaded: a fault is in force.</p>`}
  ${kindsLegend(faults)}${points}${quantiles}${rate}`;
  return { id: 'latency', title: 'Latency and throughput', body };
}

function operations({ summary }: View): Section | null {
  if (summary.calls.length === 0) return null;
  return { id: 'operations', title: 'Operations', body: operationsTable(rows(summary.calls)) };
}

/** Nodes notice some things only after clients do. */
const afterNs = 0.2e9;

/** Until when the nodes' words matter, and why: the first thing that went wrong. */
function focusOf({ subject, failures, stories }: View): { readonly untilNs: number; readonly what: string } | null {
  const first = failures.toSorted((a, b) => a.completion - b.completion)[0];
  const ended = subject.history[first?.completion ?? -1];
  if (ended !== undefined) return { untilNs: ended.time + afterNs, what: 'the operation that cannot be placed' };
  const crashes = stories.flatMap(({ node, crashes: some }) => some.map(({ atNs }) => ({ node, atNs })));
  const crash = crashes.sort((a, b) => a.atNs - b.atNs)[0];
  return crash === undefined ? null : { untilNs: crash.atNs + afterNs, what: `the crash of ${crash.node}` };
}

function logs(view: View): Section | null {
  const { subject, summary } = view;
  const focus = focusOf(view);
  if (focus !== null) {
    const excerpts = logExcerpts(subject.nodes, subject.trace, focus.untilNs);
    const note = html`<p class="note">
      The last lines of each node up to ${moment(focus.untilNs)}, just after ${focus.what}. Everything is in
      ‹node›/log.jsonl.
    </p>`;
    if (excerpts.length > 0) return { id: 'logs', title: 'What the nodes said', body: html`${note}${excerpts}` };
  }
  if (summary.answer === 'valid') return null;
  const tails = logTails(subject.logs);
  return tails.length === 0 ? null : { id: 'logs', title: 'What the nodes said last', body: html`${tails}` };
}

function settings({ subject }: View): Section {
  return { id: 'settings', title: 'Settings', body: settingsTable(subject.settings) };
}

/** The page for a run, as far as the run got. The chart libraries are loaded here and not before. */
export function renderReport(run: RunData): Promise<string> {
  return render(subjectOfRun(run));
}

/** The page for a history from elsewhere: what a run's has, but for what only a run of ours knows. */
export function renderHistoryReport(checked: CheckedHistory): Promise<string> {
  return render(subjectOfHistory(checked));
}

async function render(subject: Subject): Promise<string> {
  const view = viewOf(subject);
  const all = [
    wentWrong(view),
    causality(view),
    messages(view),
    consistency(view),
    checkers(view),
    nodes(view),
    faultTimeline(view),
    await performance(view),
    operations(view),
    logs(view),
    settings(view),
  ];
  const { summary } = view;
  return document({
    title: `${summary.answer}: ${subject.title}`,
    header: banner(subject, summary),
    sections: all.filter((section) => section !== null),
    footer: subject.footer,
  }).markup;
}
