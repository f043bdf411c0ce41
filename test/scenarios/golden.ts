/** Transcripts that are kept, and mutants that a scenario must tell from the real thing. */

import { expect } from 'vitest';
import { scenario, ScenarioError, type Played, type Scenario, type ScenarioOptions } from '../../src/scenario.ts';

/** Plays it and compares the transcript with the one in `__transcripts__`, which `vitest -u` writes anew. */
export async function golden(
  name: string,
  options: ScenarioOptions,
  tell: (t: Scenario) => Promise<void>,
): Promise<Played> {
  const played = await scenario(options, tell);
  await expect(played.transcript).toMatchFileSnapshot(`__transcripts__/${name}.txt`);
  return played;
}

/** How the scenario fails; `null` when it does not. Anything but a ScenarioError is thrown. */
export async function failureOf(
  options: ScenarioOptions,
  tell: (t: Scenario) => Promise<void>,
): Promise<ScenarioError | null> {
  try {
    await scenario(options, tell);
    return null;
  } catch (thrown) {
    if (thrown instanceof ScenarioError) return thrown;
    throw thrown;
  }
}
