/** What went wrong first, as far as it has a moment: where a diagram ends. */

import type { Failure } from '../../checkers/linearizable/verdict.ts';
import type { Verdict } from '../../checkers/verdict.ts';
import type { History } from '../../src/history/operation.ts';
import type { TraceRecord } from '../../src/store/run.ts';
import { explanationsIn } from '../explanations.ts';
import { value } from '../words.ts';
import { compare, last, type Violated } from './diagram.ts';

export interface Violation {
  /** Invocations of operations that have no place among the others. */
  readonly failed: ReadonlySet<number>;
  readonly violated: Violated | null;
}

export function violationOf(
  checkers: readonly { readonly verdict: Verdict }[],
  failures: readonly Failure[],
  history: History,
  records: readonly TraceRecord[],
): Violation {
  const explained = checkers.flatMap(({ verdict }) => (verdict.valid === false ? explanationsIn(verdict) : []));
  const shown = explained.flatMap(({ core, headline }) =>
    core.slice(-1).map((invocation) => ({ invocation, headline })),
  );
  const found: Violated[] = [];
  for (const { completion, explanation } of failures) {
    const ended = history[completion];
    if (ended !== undefined) found.push({ at: { seq: last, ns: ended.time }, text: explanation });
  }
  for (const { invocation, headline } of shown) {
    const { process } = history[invocation] ?? {};
    const ended = history.find((operation, i) => i > invocation && operation.process === process);
    if (ended !== undefined) found.push({ at: { seq: last, ns: ended.time }, text: headline });
  }
  for (const [seq, { kind, node, name, detail, time: ns }] of records.entries()) {
    if (kind !== 'crash' && kind !== 'violation') continue;
    const said =
      detail === undefined || detail === null ? '' : `: ${typeof detail === 'string' ? detail : value(detail)}`;
    found.push({ at: { seq, ns }, text: kind === 'crash' ? `${node} crashed: ${name}${said}` : `${name}${said}` });
  }
  return {
    failed: new Set([...failures.map(({ invocation }) => invocation), ...shown.map(({ invocation }) => invocation)]),
    violated: found.sort((a, b) => compare(a.at, b.at))[0] ?? null,
  };
}
