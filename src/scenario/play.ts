/** Plays one scenario from its beginning to its end. */

import type { History } from '../history/operation.ts';
import { clients } from './clients.ts';
import type { ScenarioOptions } from './options.ts';
import { promisesOf } from './promises.ts';
import { script, type Scenario } from './script.ts';
import { stage as stageFor, type Stage } from './stage.ts';

/** What a scenario that came to its end leaves. */
export interface Played {
  /** One line an event, in fixed columns; the same on every machine. */
  readonly transcript: string;
  readonly history: History;
  /** Of everything that happened in the simulator. */
  readonly hash: string;
}

export async function play(options: ScenarioOptions, tell: (t: Scenario) => Promise<void>): Promise<Played> {
  const stage = stageFor(options);
  const people = clients(stage);
  const promises = promisesOf(options.system, options.promises);
  const { cluster } = stage;
  try {
    await cluster.drive(async () => {
      await cluster.start();
      stage.checkFindings();
      await tell(script(stage, people));
      // What the last statement brought about at this very moment is part of it.
      await stage.pass(0);
      checkEnd(stage, people.unfinished);
      for (const { statement, problem } of promises) stage.claim(statement, problem(people.history));
    });
  } finally {
    await cluster.stop();
  }
  return { transcript: stage.text(), history: people.history, hash: cluster.hash() };
}

function checkEnd(stage: Stage, unfinished: ReadonlySet<string>): void {
  const [statement] = unfinished;
  if (statement !== undefined) {
    stage.claim(
      statement,
      'the scenario came to its end without waiting for this statement: is there an `await` missing?',
    );
  }
}
