/** A run as JUnit XML, which every CI service reads: one suite a run, one test case a checker. */

import type { RunData } from '../src/store/read.ts';
import { html as xml, trusted, type Html } from './html.ts';
import { subjectOfRun } from './subject.ts';
import { summarise, type CheckerLine, type Summary } from './summary.ts';

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** `unknown` is an error and not a failure: nothing was found to be wrong, and nothing was shown to be right. */
function outcome({ answer, says }: CheckerLine): Html | null {
  if (answer === 'valid') return null;
  if (answer === 'invalid') return xml`<failure message="${says}" type="invalid">${says}</failure>`;
  return xml`<error message="${says}" type="${answer}">${says}</error>`;
}

function cases(run: RunData, { checkers, answer, reason }: Summary): readonly Html[] {
  const suite = `clew.${run.test.system}.${run.test.workload}`;
  if (answer === 'unfinished') {
    const error = xml`<error message="${reason}" type="unfinished"></error>`;
    return [xml`<testcase classname="${suite}" name="run" time="0">${error}</testcase>\n`];
  }
  return checkers.map((line) => {
    const time = seconds(run.results?.tookMs[line.name] ?? 0);
    return xml`<testcase classname="${suite}" name="${line.name}" time="${time}">${outcome(line)}</testcase>\n`;
  });
}

/** The text of `junit.xml`. */
export function renderJunit(run: RunData): string {
  const summary = summarise(subjectOfRun(run));
  const all = cases(run, summary);
  const failures = summary.checkers.filter(({ answer }) => answer === 'invalid').length;
  const unsure = summary.checkers.filter(({ answer }) => answer === 'unknown').length;
  const errors = summary.answer === 'unfinished' ? 1 : unsure;
  const { test, results } = run;
  const properties = [
    ['seed', String(test.seed)],
    ['cluster', test.cluster],
    ['mutant', test.mutant ?? 'none'],
    ['command', test.command],
  ] as const;
  const suite = xml`<testsuite name="${test.system} ${test.workload} seed ${test.seed}" tests="${all.length}" failures="${failures}" errors="${errors}" skipped="0" time="${seconds(results?.tookMs['run'] ?? 0)}" timestamp="${test.startedAt}">
<properties>
${properties.map(([name, value]) => xml`<property name="${name}" value="${value}"/>\n`)}</properties>
${all}</testsuite>`;
  return xml`${trusted('<?xml version="1.0" encoding="UTF-8"?>')}
<testsuites>
${suite}
</testsuites>
`.markup;
}
