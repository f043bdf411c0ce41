/** Verdicts whose positions are indices of another form of the same history, as a report has it. */

import type { ExplainedArrow, Explanation } from '../../checkers/explanation/explain.ts';
import type { Failure, LinearizableVerdict } from '../../checkers/linearizable/verdict.ts';
import type { SpectrumResult, SpectrumVerdict } from '../../checkers/spectrum/spectrum.ts';
import { NEVER, type HistoryColumns } from '../history/columns.ts';

/** The verdict with indices of the history that `historyOf` makes, which has no lines of the nemesis, for positions. */
export function renumbered(verdict: LinearizableVerdict, columns: HistoryColumns): LinearizableVerdict {
  const at = indexOf(columns);
  const renumber = (failure: Failure): Failure => ({
    ...failure,
    completion: at(failure.completion),
    invocation: at(failure.invocation),
    paths: failure.paths.map(({ order, state }) => ({ order: order.map(at), state })),
    shrunk: failure.shrunk === null ? null : { ...failure.shrunk, positions: failure.shrunk.positions.map(at) },
    around: failure.around.map(at),
  });
  return { ...verdict, failures: verdict.failures.map(renumber) };
}

export function renumberedSpectrum(verdict: SpectrumVerdict, columns: HistoryColumns): SpectrumVerdict {
  const at = indexOf(columns);
  const arrow = (of: ExplainedArrow): ExplainedArrow => ({
    ...of,
    from: at(of.from),
    to: at(of.to),
    ...(of.because === undefined ? {} : { because: at(of.because) }),
  });
  const renumber = (of: Explanation): Explanation => ({
    ...of,
    core: of.core.map(at),
    steps: of.steps.map((step) => ({
      ...step,
      arrow: arrow(step.arrow),
      path: step.path.map(arrow),
      returned: step.returned === null ? null : arrow(step.returned),
    })),
    smallest: of.smallest === null ? null : { ...of.smallest, positions: of.smallest.positions.map(at) },
  });
  return {
    ...verdict,
    models: verdict.models.map((result): SpectrumResult => {
      const { explanations, evidence } = result;
      return {
        ...result,
        ...(explanations === undefined ? {} : { explanations: explanations.map(renumber) }),
        ...(evidence !== undefined && 'failures' in evidence ? { evidence: renumbered(evidence, columns) } : {}),
      };
    }),
  };
}

/** From a position to the index in the history that `historyOf` makes. */
function indexOf(columns: HistoryColumns): (position: number) => number {
  const isClient = new Uint8Array(columns.positions);
  for (let row = 0; row < columns.count; row++) {
    isClient[columns.invoked[row] as number] = 1;
    const completed = columns.completed[row] as number;
    if (completed !== NEVER) isClient[completed] = 1;
  }
  const indices = new Int32Array(columns.positions);
  for (let position = 0, index = 0; position < columns.positions; position++) {
    indices[position] = index;
    index += isClient[position] as number;
  }
  return (position) => indices[position] ?? position;
}
