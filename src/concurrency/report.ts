/** A counterexample as text: what is wrong, what each process calls, the interleaving in columns, the evidence. */

import type { Model } from '../../checkers/models/model.ts';
import { evidenceLines } from '../../checkers/linearizable/evidence/lines.ts';
import type { Event } from './execution.ts';
import type { Counterexample } from './result.ts';
import { named } from './words.ts';

export function reportOf<State>(found: Omit<Counterexample, 'text'>, model: Model<State>, seed: number): string {
  const { reason, scenario, events, history, verdict, path, isReproducible } = found;
  const calls = scenario.map(
    (process, i) => `  p${i}: ${process.map(({ name, args }) => named(name, args)).join(', then ')}`,
  );
  const evidence = verdict === null ? [] : evidenceLines(verdict, history, model);
  const warning =
    'The same interleaving went otherwise when it was run again: the object depends on something outside of the schedule (time, randomness, state shared between runs).';
  return [
    reason,
    '',
    'What each process calls:',
    ...calls,
    '',
    'The interleaving, one step a line:',
    ...folded(columns(events, scenario.length)),
    ...(evidence.length === 0 ? [] : ['', ...evidence]),
    '',
    ...(isReproducible ? [] : [warning, '']),
    `The same again: { seed: ${seed}, path: '${path}' }`,
  ].join('\n');
}

/** Lines of an interleaving that are shown at each end of a long one. */
const linesAtEachEnd = 30;

function folded(lines: readonly string[]): readonly string[] {
  const left = lines.length - 2 * linesAtEachEnd;
  if (left <= 1) return lines;
  return [...lines.slice(0, linesAtEachEnd), `  ... ${left} more lines`, ...lines.slice(-linesAtEachEnd)];
}

const columnMax = 44;
const gap = '  ';

/** One column for each process, and one for what belongs to none if there is any. */
function columns(events: readonly Event[], processes: number): readonly string[] {
  const owners: (number | null)[] = Array.from({ length: processes }, (_, i) => i);
  if (events.some(({ process }) => process === null)) owners.push(null);
  const steps = Map.groupBy(events, ({ step }) => step);
  const rows: { readonly step: string; readonly cells: readonly string[][] }[] = [
    { step: '', cells: owners.map((owner) => [owner === null ? 'no operation' : `p${owner}`]) },
  ];
  for (const [step, happened] of steps) {
    const cells = owners.map((owner) => {
      const texts = happened.filter(({ process }) => process === owner).map(({ text }) => text);
      return texts.length === 0 ? [''] : wrapped(texts);
    });
    rows.push({ step: String(step), cells });
  }
  const numberWidth = Math.max(...rows.map(({ step }) => step.length));
  const widths = owners.map((_, i) => Math.max(...rows.flatMap(({ cells }) => (cells[i] ?? []).map(widthOf))));
  return rows.flatMap(({ step, cells }) => {
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = cells.map((lines, i) => (lines[line] ?? '').padEnd(widths[i] ?? 0));
      return `  ${(line === 0 ? step : '').padStart(numberWidth)}${gap}${parts.join(gap)}`.trimEnd();
    });
  });
}

const widthOf = (line: string): number => line.length;

/** Texts on one line where they fit, else on several. */
function wrapped(texts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const before = lines.at(-1);
    if (before !== undefined && before.length + text.length + 2 <= columnMax)
      lines[lines.length - 1] = `${before}; ${text}`;
    else lines.push(text);
  }
  return lines;
}
