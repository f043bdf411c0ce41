/**
 * A test runner for Stryker that loads the tests once and runs them in its own process, mutant after mutant: starting
 * vitest for each of thousands of mutants takes far longer than the tests do. Node runs the TypeScript; the tests' import
 * of `vitest` is answered by `vitest-stand-in.ts`.
 */

import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
} from '@stryker-mutator/api/test-runner';
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext } from '@stryker-mutator/api/core';
import { groups } from './groups.ts';
import { tests, loading, type Test } from './vitest-stand-in.ts';

const standIn = new URL('vitest-stand-in.ts', import.meta.url).href;

class InProcess {
  /** What the instrumented sources look up: which mutant is active, and where they say what was run. */
  readonly #mutants = ((globalThis as unknown as Record<string, InstrumenterContext>)[
    INSTRUMENTER_CONSTANTS.NAMESPACE
  ] ??= {});
  #isLoaded = false;

  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun(): Promise<DryRunResult> {
    await this.#load();
    const results: TestResult[] = [];
    for (const test of tests) {
      this.#mutants.currentTestId = test.id;
      results.push(await outcomeOf(test));
      this.#mutants.currentTestId = undefined as never;
    }
    const mutantCoverage = this.#mutants.mutantCoverage ?? { static: {}, perTest: {} };
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage };
  }

  async mutantRun({
    activeMutant,
    mutantActivation,
    hitLimit,
    testFilter,
  }: MutantRunOptions): Promise<MutantRunResult> {
    const mutants = this.#mutants as { activeMutant?: string; hitLimit?: number; hitCount?: number };
    if (mutantActivation === 'static') mutants.activeMutant = activeMutant.id;
    await this.#load();
    mutants.activeMutant = activeMutant.id;
    if (hitLimit === undefined) delete mutants.hitLimit;
    else mutants.hitLimit = hitLimit;
    mutants.hitCount = 0;
    const results: TestResult[] = [];
    for (const test of tests) {
      if (testFilter !== undefined && !testFilter.includes(test.id)) continue;
      const result = await outcomeOf(test);
      results.push(result);
      if (result.status === TestStatus.Failed) break;
    }
    delete mutants.activeMutant;
    return toMutantRunResult(
      determineHitLimitReached(mutants.hitCount, hitLimit) ?? { status: DryRunStatus.Complete, tests: results },
    );
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'vitest' ? { url: standIn, shortCircuit: true } : next(specifier, context),
    });
    // Tests tell about what they tried; there is no use for it here.
    process.stdout.write = () => true;
    for (const file of groups[process.env['CLEW_MUTATION_GROUP'] ?? '']?.tests ?? []) {
      loading.file = file;
      await import(pathToFileURL(resolve(file)).href);
    }
  }
}

async function outcomeOf({ id, file, run }: Test): Promise<TestResult> {
  const begun = performance.now();
  const test = { id, name: id, fileName: resolve(file) };
  try {
    await run();
    return { ...test, timeSpentMs: performance.now() - begun, status: TestStatus.Success };
  } catch (thrown) {
    const failureMessage = thrown instanceof Error ? thrown.message : String(thrown);
    return { ...test, timeSpentMs: performance.now() - begun, status: TestStatus.Failed, failureMessage };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcess as never)];
