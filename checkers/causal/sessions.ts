/**
 * The four session guarantees: read your writes (RYW), monotonic reads (MR), monotonic writes (MW), writes follow reads
 * (WFR), of Terry, Demers, Petersen, Spreitzer, Theimer, Welch, PDIS 1994. Each in two readings, which differ in when a
 * version is older than another: `strict` asks for one order of the versions of each key for everybody, `graded` calls
 * a version older only if it was causally overwritten. CCv implies all four strictly, CC implies them graded; CM does
 * not imply them strictly, as it lets sessions disagree on the order of versions.
 */

import type { Causality } from './causality.ts';
import { arrow } from './cc.ts';
import { modelVerdict } from './model-verdict.ts';
import type { Arrow, ModelVerdict, Pattern, Violation } from './patterns.ts';
import { INITIAL, keyName, type Relations } from './relations.ts';
import { gradedViolations, type GradedViolation } from './sessions-graded.ts';
import { sessionLists } from './sessions-lists.ts';
import { guaranteePath } from './sessions-paths.ts';
import { strictViolations, type Guarantee, type StrictViolation, type VersionArrow } from './sessions-strict.ts';
import { byCause, shownAt, type Occurrences } from './violations.ts';

export type SessionMode = 'strict' | 'graded';

export interface SessionVerdict extends ModelVerdict {
  readonly model: Guarantee;
  readonly mode: SessionMode;
}

const patterns: Readonly<Record<Guarantee, Pattern>> = {
  RYW: 'ReadYourWrites',
  MR: 'MonotonicReads',
  MW: 'MonotonicWrites',
  WFR: 'WritesFollowReads',
};

export const guarantees: readonly Guarantee[] = ['RYW', 'MR', 'MW', 'WFR'];

/**
 * The verdicts of all four in both readings, or of those that `isAsked` names. Where po + rf has cycles, `graded` is
 * unknown unless violated elsewhere.
 */
export function checkSessions(
  causal: Causality,
  isAsked: (model: Guarantee, mode: SessionMode) => boolean = () => true,
): readonly SessionVerdict[] {
  const { relations, cyclic, cut } = causal;
  const lists = sessionLists(relations);
  const decided = {
    strict: (model: Guarantee): ModelVerdict =>
      modelVerdict(model, relations, strictCauses(relations, model, strictViolations(lists, model))),
    graded: (model: Guarantee): ModelVerdict => {
      const causes = gradedCauses(relations, model, gradedViolations(causal, lists, model));
      return modelVerdict(model, relations, causes, cut ?? (cyclic ? onCycles : null));
    },
  } as const;
  return guarantees.flatMap((model) =>
    modes.filter((mode) => isAsked(model, mode)).map((mode) => ({ ...decided[mode](model), model, mode })),
  );
}

const modes: readonly SessionMode[] = ['strict', 'graded'];

const onCycles = 'po + rf has a cycle (CyclicCO): on it, no version is causally older than another';

function gradedCauses(
  relations: Relations,
  guarantee: Guarantee,
  found: readonly GradedViolation[],
): readonly Occurrences[] {
  const { columns, key } = relations;
  const at = (i: number): GradedViolation => found[i] as GradedViolation;
  return byCause(
    found.length,
    (i) => (at(i).w1 === INITIAL ? -1 - (key[at(i).read] as number) : at(i).w1),
    (i) => shownAt(columns, rowOf(relations, at(i).read)),
    (i) => {
      const { w1, w2, read } = at(i);
      const overwritten = w1 === INITIAL ? [] : [arrow(relations, w1, w2), returned(relations, w1, read)];
      return violation(relations, guarantee, w1, w2, read, overwritten);
    },
  );
}

function strictCauses(
  relations: Relations,
  guarantee: Guarantee,
  found: readonly StrictViolation[],
): readonly Occurrences[] {
  const { columns, key } = relations;
  const initial = found.filter((one) => one.kind === 'initial');
  const at = (i: number): { write: number; read: number } => initial[i] as { write: number; read: number };
  return [
    ...byCause(
      initial.length,
      (i) => key[at(i).read] as number,
      (i) => shownAt(columns, rowOf(relations, at(i).read)),
      (i) => violation(relations, guarantee, INITIAL, at(i).write, at(i).read, []),
    ),
    ...found.filter((one) => one.kind === 'cycle').map(({ arrows }) => versionCycle(relations, guarantee, arrows)),
  ];
}

/** Of longer cycles so many arrows are told. */
const arrowsMax = 64;

function versionCycle(relations: Relations, guarantee: Guarantee, cycle: readonly VersionArrow[]): Occurrences {
  const { columns } = relations;
  const shown = cycle.slice(0, arrowsMax).filter(({ read }) => read >= 0);
  const last = shown.toSorted((a, b) => shows(b) - shows(a))[0] as VersionArrow;
  function shows({ read }: VersionArrow): number {
    return shownAt(columns, rowOf(relations, read));
  }
  return {
    at: shows(last),
    repeats: 1,
    violation() {
      const from = cycle.indexOf(last);
      const others = [...cycle.slice(from + 1), ...cycle.slice(0, from)].slice(0, arrowsMax);
      const versions = [last, ...others].map(({ older, newer, read }): Arrow => {
        const because = read < 0 ? {} : { because: rowOf(relations, read) };
        return { from: rowOf(relations, older), to: rowOf(relations, newer), relation: 'vo', ...because };
      });
      const more = [returned(relations, last.newer, last.read), ...versions];
      return violation(relations, guarantee, last.newer, last.older, last.read, more);
    },
  };
}

function violation(
  relations: Relations,
  guarantee: Guarantee,
  w1: number,
  w2: number,
  read: number,
  more: readonly Arrow[],
): Omit<Violation, 'repeats'> {
  const core = [...(w1 === INITIAL ? [] : [w1]), w2, read].map((access) => rowOf(relations, access));
  return {
    pattern: patterns[guarantee],
    key: keyName(relations, read),
    core,
    arrows: [...guaranteePath(relations, guarantee, w2, read), ...more],
    process: relations.columns.process[rowOf(relations, read)] ?? -1,
  };
}

function returned(relations: Relations, w1: number, read: number): Arrow {
  return { from: rowOf(relations, w1), to: rowOf(relations, read), relation: 'rf' };
}

function rowOf({ row, node }: Relations, access: number): number {
  return row[node[access] as number] as number;
}
