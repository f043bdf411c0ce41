/** What checkers other than that of linearizability found: the sentence, the operations that it names, the evidence. */

import type { Json } from '../src/history/operation.ts';
import { divergences } from './divergences.ts';
import { evidenceOf } from './evidence.ts';
import { evidenceView } from './evidence-view.ts';
import { explanationCard, explanationsIn } from './explanations.ts';
import { operationsTable, picture, type FailureContext } from './failures.ts';
import { html, type Html } from './html.ts';
import { callsAround } from './lanes.ts';
import type { CheckerLine } from './summary.ts';

/** Some operations before the one that was wrong, for the picture. */
const before = 8;

interface Finding {
  /** The read that shows what must not be. */
  readonly read: number;
  readonly others: readonly number[];
}

const isIndex = (value: Json | undefined): value is number => typeof value === 'number';

/** The first finding of a checker that names operations by the indices of their invocations (`read`, `append`, `other`, `others`). */
function firstFinding({ verdict }: CheckerLine): Finding | null {
  const findings = evidenceOf(verdict).find(([name]) => name === 'findings')?.[1];
  const first = Array.isArray(findings) ? (findings as readonly Json[])[0] : undefined;
  if (typeof first !== 'object' || first === null || Array.isArray(first)) return null;
  const { read, append, other, others } = first as Readonly<Record<string, Json>>;
  const more: readonly Json[] = Array.isArray(others) ? (others as readonly Json[]) : [];
  return isIndex(read) ? { read, others: [append, other, ...more].filter(isIndex) } : null;
}

function operationsOf(finding: Finding, { history, hasTimes, calls, faults }: FailureContext): Html | null {
  const key = history[finding.read]?.key;
  const earlier = calls
    .filter(({ invocation }) => invocation.key === key && invocation.index < finding.read)
    .slice(-before);
  const around = [...finding.others, ...earlier.map(({ invocation }) => invocation.index)];
  const { shown, failed } = callsAround(history, calls, finding.read, around);
  if (failed === null) return null;
  const told = 'shows what must not be';
  return html`${picture(shown, failed, faults, told)}${operationsTable(shown, failed, told, hasTimes)}`;
}

/** A card for each of `lines`, in their order. */
export function findingCards(lines: readonly CheckerLine[], context: FailureContext): readonly Html[] {
  return lines.flatMap((line) => {
    const explained = explanationsIn(line.verdict);
    if (explained.length > 0) return explained.map((each) => explanationCard(`checker ${line.name}`, each, context));
    const finding = firstFinding(line);
    const diverged = divergences(line.verdict);
    const evidence = evidenceView(line.verdict, diverged === null ? [] : ['divergences', 'nodes']);
    return html`<article class="failure-card">
      <h3>Checker ${line.name}</h3>
      ${line.says !== context.said && html`<p class="explanation">${line.says}</p>`}
      ${finding !== null && operationsOf(finding, context)} ${diverged}
      ${evidence !== null && html`<div class="evidence-box">${evidence}</div>`}
    </article>`;
  });
}
