/** What a campaign is asked to do, checked and completed: every mistake is found here, before anything starts. */

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { faultKinds } from '../../nemesis/index.ts';
import { unknownName, UsageError } from '../errors.ts';
import { defaults, loadSystem } from '../runner/options.ts';
import type { CampaignAsked } from '../store/campaign.ts';
import { subjectOf } from './subject.ts';

/** As asked for; everything but the system has a default. */
export interface FuzzOptions {
  readonly system: string;
  readonly mutant?: string;
  /** `1..1000`, or one number. */
  readonly seeds?: string;
  readonly workload?: string;
  readonly nodes?: number;
  readonly faults?: readonly string[];
  readonly beyondBudget?: boolean;
  readonly jobs?: number;
  /** `90s`, `10m`, `8h`; no new runs after so long. */
  readonly budget?: string;
  readonly failFast?: boolean;
  readonly shrink?: boolean;
  /** Time for shrinking each class of failure, in s. */
  readonly shrinkBudgetS?: number;
  readonly storeDirectory?: string;
}

export interface ResolvedFuzz {
  readonly asked: CampaignAsked;
  readonly jobs: number;
  readonly budgetMs: number | null;
  readonly failFast: boolean;
  readonly shrinkMs: number | null;
  readonly storeDirectory: string;
}

export const fuzzDefaults = { seeds: '1..1000', shrinkBudgetS: 60 } as const;

const seedsMax = 10_000_000;

/** Throws a UsageError that says what is wrong and what is near. */
export async function resolveFuzz(options: FuzzOptions): Promise<ResolvedFuzz> {
  const { system } = await loadSystem(options.system);
  const { mutant = null, workload = null, nodes = null, faults } = options;
  await subjectOf({ system: options.system, mutant, workload: workload ?? system.workloads[0] ?? '' });
  if (nodes !== null && !(Number.isInteger(nodes) && nodes >= 1 && nodes <= 20)) {
    throw new UsageError(`nodes must be a whole number from 1 to 20, not ${nodes}`);
  }
  const [firstSeed, lastSeed] = seedRange(options.seeds ?? fuzzDefaults.seeds);
  return {
    asked: {
      system: options.system,
      mutant,
      workload,
      nodes,
      faults: faults === undefined ? null : faultNames(faults, system.survives),
      beyondBudget: options.beyondBudget ?? false,
      settings: {},
      firstSeed,
      lastSeed,
    },
    jobs: options.jobs ?? availableParallelism(),
    budgetMs: options.budget === undefined ? null : milliseconds(options.budget),
    failFast: options.failFast ?? false,
    shrinkMs: options.shrink === false ? null : (options.shrinkBudgetS ?? fuzzDefaults.shrinkBudgetS) * 1000,
    storeDirectory: resolve(options.storeDirectory ?? defaults.storeDirectory),
  };
}

function faultNames(asked: readonly string[], survived: readonly string[]): readonly string[] {
  if (asked[0] === 'all') return survived;
  if (asked[0] === 'none') return [];
  const known = faultKinds.map(({ name }) => name);
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownName('fault', unknown, [...known, 'all', 'none']);
  return [...new Set(asked)];
}

/** `17` is one seed, `1..1000` are all from the first to the last. */
export function seedRange(text: string): readonly [first: number, last: number] {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text.trim());
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || !Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
    throw new UsageError(`--seeds ${text}: expected a number, or a range such as 1..1000`);
  }
  if (last < first) throw new UsageError(`--seeds ${text}: the last seed is before the first`);
  if (last - first >= seedsMax) throw new UsageError(`--seeds ${text}: at most ${seedsMax} seeds at a time`);
  return [first, last];
}

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `90s`, `10m`, `1.5h`; a bare number is seconds. */
export function milliseconds(text: string, option = '--budget'): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim());
  const ms = Number(match?.[1]) * units[(match?.[2] ?? 's') as keyof typeof units];
  if (match === null || !(ms > 0)) throw new UsageError(`${option} ${text}: expected a time, such as 90s, 10m or 8h`);
  return ms;
}
