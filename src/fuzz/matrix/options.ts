/** What a kill matrix is asked to do, checked and completed. */

import { UsageError } from '../../errors.ts';
import { loadSystem } from '../../runner/options.ts';
import { milliseconds, resolveFuzz, type FuzzOptions } from '../options.ts';
import type { MatrixOptions } from './matrix.ts';

export interface MatrixAsked extends Pick<
  FuzzOptions,
  'system' | 'nodes' | 'faults' | 'jobs' | 'shrink' | 'shrinkBudgetS' | 'storeDirectory'
> {
  /** Against each mutant. */
  readonly campaigns?: number;
  /** `60s`: of all workers of one campaign together. */
  readonly killBudget?: string;
  /** Runs of the system itself, at least. */
  readonly control?: number;
}

export interface ResolvedMatrix extends Omit<MatrixOptions, 'directory' | 'command'> {
  readonly storeDirectory: string;
}

export const matrixDefaults = { campaigns: 10, killBudget: '60s', control: 200 } as const;

const campaignsMax = 1000;

/** Throws a UsageError that says what is wrong. */
export async function resolveMatrix({
  campaigns = matrixDefaults.campaigns,
  killBudget = matrixDefaults.killBudget,
  control = matrixDefaults.control,
  ...rest
}: MatrixAsked): Promise<ResolvedMatrix> {
  const { asked, jobs, shrinkMs, storeDirectory } = await resolveFuzz(rest);
  const { system } = await loadSystem(rest.system);
  if (system.mutants.length === 0) throw new UsageError(`${system.name} has no mutants`);
  if (campaigns > campaignsMax) throw new UsageError(`--campaigns ${campaigns}: at most ${campaignsMax}`);
  const killBudgetMs = milliseconds(killBudget, '--kill-budget');
  return { asked, jobs, campaigns, killBudgetMs, controlMin: control, shrinkMs, storeDirectory };
}
