/**
 * Settles loose operations that could not be placed, many in a round: each on the latest block that it may have observed,
 * given what was settled before. Those that don't go together wait for the next round. One that has no block left takes
 * one from which it ousts others; these have to look for another in the next round. So it comes to an order or gives up,
 * and tells an operation with which to begin a proof.
 */

import { candidates, type Candidates } from './candidates.ts';
import { NONE } from './operations.ts';
import { candidatesAtFirst, clashOf, tryToPlace, validBy, type Settled, type Task } from './task.ts';
import { unplaceable } from './unplaceable.ts';

export interface RoundLimits {
  readonly roundsMax: number;
  /** Operations arranged. */
  readonly workMax: number;
}

/** About a second. */
const limitsOfRounds: RoundLimits = { roundsMax: 1000, workMax: 2e7 };
/** How often those settled in one round are tried without the last that clashes. */
const attemptsMax = 20;
/** Blocks of a loose operation among which the one is taken that ousts the fewest others. */
const compared = 12;
const blocksMax = 48;

/** `stuck` is an operation that had no block left when it gave up, or -1. */
export interface Rounds {
  readonly settled: Settled;
  readonly stuck: number;
}

/** What was arranged is without a clash, and nothing is settled. */
export function inRounds(task: Task, limits = limitsOfRounds): Rounds {
  const { operations, loose, source, chains } = task;
  const oust = ousting(task);
  let stuck = -1;
  for (let round = 0; round < limits.roundsMax && task.work < limits.workMax; round++) {
    const tried = tryToPlace(task);
    const { failing } = tried.placement;
    if (failing.length === 0) return { settled: validBy(task, tried), stuck: -1 };
    const fits = candidates(operations, source, chains);
    const settled: number[] = [];
    stuck = -1;
    for (const number of failing) {
      const i = loose[number] as number;
      const [block] = fits.all(i, 1);
      if (block === undefined) {
        stuck = i;
        break;
      }
      source[i] = block;
      settled.push(i);
    }
    const left = withoutClash(task, settled);
    if (stuck < 0) stuck = left;
    if (stuck < 0) continue;
    const answer = oust(stuck);
    if (answer === 'never') return { settled: unplaceable(task, stuck), stuck };
    if (answer === 'failed') break;
  }
  return { settled: { kind: 'open' }, stuck };
}

/**
 * Some of those settled in a round may not go together: the later ones wait for the next. -1, or the only one that was
 * left and clashes all the same; it is not settled then.
 */
function withoutClash(task: Task, settled: readonly number[]): number {
  const { source } = task;
  let left = settled;
  for (let attempt = 1; ; attempt++) {
    const core = clashOf(task);
    if (core === null) return -1;
    const involved = new Set(core);
    const clashing = left.filter((i) => involved.has(i));
    const dropped = new Set(attempt < attemptsMax ? clashing.slice(-1) : clashing);
    for (const i of dropped) source[i] = NONE;
    if (left.length === 1) return left[0] as number;
    left = left.filter((i) => !dropped.has(i));
  }
}

/**
 * Settles an operation on a block that clashes with others that are settled, and unsettles these. Each operation takes
 * each block once in this way. `never` if there is no block even with nothing settled, `failed` if all were tried.
 */
function ousting(task: Task): (i: number) => 'done' | 'never' | 'failed' {
  const { operations, source, told } = task;
  /** Pairs of an operation and a block. */
  const taken = new Set<number>();
  const dead = new Set<number>();
  const pair = (i: number, block: number): number => i * (operations.count + 1) + block;
  let atFirst: Candidates | null = null;
  const ousted = (core: readonly number[], i: number): readonly number[] =>
    core.filter((other) => other !== i && source[other] !== told[other]);
  return (i) => {
    atFirst ??= candidatesAtFirst(task);
    const all = atFirst.all(i, blocksMax + 1);
    let best = NONE;
    let fewest = Infinity;
    let tried = 0;
    for (const block of all) {
      if (dead.has(pair(i, block)) || taken.has(pair(i, block))) continue;
      if (tried++ === compared && best !== NONE) break;
      source[i] = block;
      const core = clashOf(task);
      if (core === null) return 'done';
      const others = ousted(core, i).length;
      if (others === 0) dead.add(pair(i, block));
      else if (others < fewest) {
        fewest = others;
        best = block;
      }
    }
    source[i] = best;
    if (best !== NONE) taken.add(pair(i, best));
    for (let core = clashOf(task); core !== null; core = clashOf(task)) {
      const others = ousted(core, i);
      if (others.length === 0) source[i] = NONE;
      for (const other of others) source[other] = NONE;
    }
    if (all.length <= blocksMax && all.every((block) => dead.has(pair(i, block)))) return 'never';
    return source[i] === NONE ? 'failed' : 'done';
  };
}
