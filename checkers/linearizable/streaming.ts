/**
 * Checks the history of a run while it goes on. Any prefix of a linearizable history is linearizable, so what has
 * returned so far can be judged at any time: what is still open counts as of unknown outcome. Where nothing is open and
 * only one state is possible, a part is settled, and the next check of it starts from there.
 */

import { columnsBuilder, type ColumnsBuilder } from '../../src/history/columns-builder.ts';
import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import type { Operation } from '../../src/history/operation.ts';
import { complete, type CompleteModel, type Model } from '../models/model.ts';
import { decide } from './decision.ts';
import { explainedFailure } from './evidence/failure.ts';
import { failingPrefix } from './evidence/prefix.ts';
import { finals } from './general/search.ts';
import { operationAt, partOfRows, subPart, type Part } from './part.ts';
import type { Failure } from './verdict.ts';

export interface StreamingOptions {
  /** The share of the time that checks may take. */
  readonly share?: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
  /** How long finding out why it fails may take, once. */
  readonly evidenceMs?: number;
  /** The clock of that, where `now` does not go on meanwhile. Absent: `now`. */
  readonly evidenceNow?: () => number;
}

export interface StreamingCheck {
  /**
   * The next operation of the history, those of the nemesis included. Throws a RangeError for a completion that completes
   * nothing, and for an invocation by a process that is busy.
   */
  record(operation: Operation): void;
  /**
   * Checks what is new, as far as the share of the time allows, the parts with the most news first. The first violation,
   * or null when none was found; from then on always the same. Null is no verdict: that is for the end of the run.
   */
  check(): Failure | null;
  /** How far it has come. */
  progress(): { readonly returned: number; readonly checked: number; readonly spentMs: number };
}

/** A part of the history as it grows. */
interface Lane {
  readonly key: string | null;
  readonly rows: number[];
  /** `rows` before this one are settled in `base`. */
  settled: number;
  base: CompleteModel<unknown>;
  /** Operations that may still return. */
  open: number;
  returned: number;
  /** How many of those that returned had done so when it was last checked, and what that took. */
  checked: number;
  tookMs: number;
}

const defaultShare = 0.05;
const defaultEvidenceMs = 1000;
/** A check may take so much longer than the share allows by then; later ones wait until it is made up for. */
const advanceMs = 20;
/** A part that grew by less than this factor since a check that took long is not checked again. */
const growth = 1.25;

export function streaming<State>(model: Model<State>, options: StreamingOptions = {}): StreamingCheck {
  const { share = defaultShare, now = () => performance.now(), evidenceMs = defaultEvidenceMs } = options;
  const { evidenceNow = now } = options;
  const whole: CompleteModel<unknown> = complete(model);
  const builder = columnsBuilder();
  const lanes = new Map<string | null, Lane>();
  const laneOf = new Map<number, Lane>();
  /** Lanes in which something returned since they were looked at. */
  const changed = new Set<Lane>();
  const began = now();
  let spentMs = 0;
  let violation: Failure | null = null;

  const allowanceMs = (): number => (now() - began) * share - spentMs;

  /** Whether the lane, as far as it has come, can be explained. Null if that would take too long. */
  const judge = (lane: Lane, columns: HistoryColumns): boolean | null => {
    const until = now() + Math.max(0, allowanceMs()) + advanceMs;
    const stop = (): boolean => now() >= until;
    const part = partOf(whole, columns, lane.key, lane.rows.slice(lane.settled));
    const answer = decide(lane.base, part, stop);
    if (answer?.kind === 'valid') settle(lane, part, stop);
    return answer === null ? null : answer.kind === 'valid';
  };
  const explain = (lane: Lane, columns: HistoryColumns): Failure => {
    const part = partOf(whole, columns, lane.key, lane.rows);
    const deadline = evidenceNow() + evidenceMs;
    const stop = (): boolean => evidenceNow() >= deadline;
    const answer = decide(whole, part, stop);
    const known = answer?.kind === 'invalid' ? answer : { core: null, explained: 0 };
    const method = answer?.kind === 'invalid' ? answer.method : 'streaming';
    const { brief, detailed } = explainedFailure(whole, method, failingPrefix(whole, part, known, stop), {
      deadline,
      now,
    });
    return detailed ?? brief;
  };

  return {
    record(operation) {
      const { process } = operation;
      if (process === 'nemesis') builder.skip();
      else if (operation.type === 'invoke') {
        const row = invoked(builder, process, operation);
        const lane = laneFor(lanes, whole, operation, process);
        if (lane === null) return;
        lane.rows.push(row);
        lane.open++;
        laneOf.set(row, lane);
      } else {
        const { type, value, time, error } = operation;
        const row = builder.complete(process, type, builder.value(value), time, error);
        const lane = laneOf.get(row);
        laneOf.delete(row);
        // What is unknown stays open for good.
        if (lane === undefined || type === 'info') return;
        lane.open--;
        lane.returned++;
        changed.add(lane);
      }
    },
    check() {
      if (violation !== null || changed.size === 0) return violation;
      const columns = builder.columns();
      const byNews = [...changed].sort((a, b) => b.returned - b.checked - (a.returned - a.checked));
      for (const lane of byNews) {
        const expectedMs = lane.tookMs * (lane.returned / Math.max(1, lane.checked));
        const isLittleNew = lane.tookMs > 1 && lane.returned < lane.checked * growth;
        if (allowanceMs() <= 0) break;
        if (isLittleNew || expectedMs > allowanceMs() + advanceMs) continue;
        const start = now();
        const answer = judge(lane, columns);
        lane.tookMs = now() - start;
        lane.checked = lane.returned;
        spentMs += lane.tookMs;
        changed.delete(lane);
        if (answer === false) return (violation = explain(lane, columns));
      }
      return null;
    },
    progress() {
      let returned = 0;
      let checked = 0;
      for (const lane of lanes.values()) {
        returned += lane.returned;
        checked += lane.checked;
      }
      return { returned, checked, spentMs };
    },
  };
}

function invoked(builder: ColumnsBuilder, process: number, { f, key, value, time }: Operation): number {
  return builder.invoke(process, builder.name(f), builder.key(key), builder.value(value), time);
}

/** Null for an operation that the model does not know: the check at the end says so. */
function laneFor(
  lanes: Map<string | null, Lane>,
  model: CompleteModel<unknown>,
  { f, key, value }: Operation,
  process: number,
): Lane | null {
  const operation = { f, key: key ?? null, input: value, output: null, outcome: 'info', process } as const;
  if (model.objection(operation) !== null) return null;
  const name = model.partition?.(operation) ?? null;
  let lane = lanes.get(name);
  if (lane === undefined) {
    lane = { key: name, rows: [], settled: 0, base: model, open: 0, returned: 0, checked: 0, tookMs: 0 };
    lanes.set(name, lane);
  }
  return lane;
}

/** The operations of `rows` that matter. */
function partOf(model: CompleteModel<unknown>, columns: HistoryColumns, key: string | null, rows: number[]): Part {
  const happened = rows.filter((row) => columns.outcome[row] !== outcomes.fail);
  const part = partOfRows(columns, key, Int32Array.from(happened));
  const kept: number[] = [];
  for (let place = 0; place < part.count; place++) {
    const operation = operationAt(part, place);
    const isIdle = part.outcome[place] === outcomes.info && model.observes(operation);
    if (!isIdle && model.matters(operation)) kept.push(place);
  }
  return subPart(part, kept);
}

/** If nothing is open and there is only one state in which `part` can end, the next check starts from it. */
function settle(lane: Lane, part: Part, stop: () => boolean): void {
  if (lane.open > 0) return;
  const search = finals(lane.base, part, { statesMax: 2 });
  if (search.advance(stop) !== 'all') return;
  const [only] = search.found();
  if (only === undefined) return;
  lane.base = { ...lane.base, init: only.state };
  lane.settled = lane.rows.length;
}
