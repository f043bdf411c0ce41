/** Why a history is not linearizable, in lines for a person. */

import { operationAt, partOfRows } from '../part.ts';
import type { Failure, LinearizableVerdict, SubHistory } from '../verdict.ts';
import { complete, type CompleteModel, type Model } from '../../models/model.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { NEVER, outcomes, type HistoryColumns } from '../../../src/history/columns.ts';
import type { History } from '../../../src/history/operation.ts';

const failuresMax = 3;
const linesMax = 40;
const pathsMax = 5;
/** So many operations at the end of an order are shown. */
const pathMax = 4;

/** The evidence of `verdict` on `history`; nothing if it has found no failure. Does not repeat its reason. */
export function evidenceLines<State>(
  verdict: LinearizableVerdict,
  history: History | HistoryColumns,
  model: Model<State>,
): readonly string[] {
  const { failures } = verdict;
  if (failures.length === 0) return [];
  const describe = describer(complete(model), 'count' in history ? history : columnsOf(history));
  const shown = failures
    .slice(0, failuresMax)
    .flatMap((failure, i) => [...(i === 0 ? [] : ['', failure.explanation]), ...failureLines(failure, describe)]);
  const more = failures.length - failuresMax;
  return more <= 0 ? shown : [...shown, '', `... and ${more} more ${more === 1 ? 'key fails' : 'keys fail'}`];
}

function failureLines(failure: Failure, describe: Describe): readonly string[] {
  const { invocation, completion, prefix, states, statesComplete, paths, shrunk, around } = failure;
  const smallest = prefix.smallest ? 'the smallest prefix that fails' : 'a prefix that fails';
  const rest = shrunk === null ? around : shrunk.positions.filter((at) => describe(at) !== null);
  const heading = shrunk === null ? 'Operations around it:' : shrunkHeading(shrunk);
  return [
    'The operation that has no place:',
    `  ${describe(invocation)?.what ?? ''} (${invocation} to ${completion} in the history: ${smallest})`,
    heading,
    ...rest.slice(0, linesMax).flatMap((at) => describe(at)?.line ?? []),
    ...(rest.length <= linesMax ? [] : [`  ... and ${rest.length - linesMax} more`]),
    ...(states.length === 0
      ? []
      : [`What was possible just before: ${states.join(' or ')}${statesComplete ? '' : ', and others'}`]),
    ...(paths.length === 0 ? [] : ['How, one order for each, as far as it matters:']),
    ...paths.slice(0, pathsMax).map(({ order, state }) => `  ${pathText(order, describe)} => ${state}`),
    ...(paths.length <= pathsMax ? [] : [`  ... and ${paths.length - pathsMax} more`]),
  ];
}

function shrunkHeading({ minimal }: SubHistory): string {
  return minimal
    ? 'What fails by itself, and would not without any one of these:'
    : 'What fails by itself, though fewer of these may:';
}

function pathText(order: readonly number[], describe: Describe): string {
  if (order.length === 0) return 'nothing happened';
  const last = order.slice(-pathMax).map((at) => describe(at)?.what ?? '');
  return [...(order.length > pathMax ? ['...'] : []), ...last].join('; ');
}

/** The operation that was invoked at a position of the history; null where none was. */
type Describe = (invoked: number) => { readonly what: string; readonly line: string } | null;

function describer<State>(model: CompleteModel<State>, columns: HistoryColumns): Describe {
  const rows = new Map<number, number>();
  columns.invoked.forEach((position, row) => rows.set(position, row));
  return (invoked) => {
    const row = rows.get(invoked);
    if (row === undefined) return null;
    const operation = operationAt(partOfRows(columns, null, Int32Array.of(row)), 0);
    const what = `process ${operation.process} ${model.describeOperation(operation)}`;
    const completed = columns.completed[row] ?? NEVER;
    const during = completed === NEVER ? `from ${invoked} on` : `${invoked} to ${completed}`;
    const outcome = columns.outcome[row] === outcomes.info ? ', outcome unknown' : '';
    return { what, line: `  ${what} (${during}${outcome})` };
  };
}
