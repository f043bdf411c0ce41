/**
 * `clew/scenario`: a small language in which known situations read as prose, over the exact simulator. Nothing happens by
 * chance beyond what the seed decides: no random clients, no random faults, and time passes only while the scenario waits.
 *
 * A statement that does not hold ends the scenario with a ScenarioError that says which one, when, and what had happened
 * until then. So does a node that crashes by an exception, an invariant of the system that is broken, and at the end a
 * history of the clients that breaks the system's promise.
 *
 * @example
 * const { transcript } = await scenario({ system: raft, nodes: 3 }, async (t) => {
 *   const old = await t.leader();
 *   await t.write('x', 1).isAcknowledged();
 *   t.isolate(old);
 *   await t.leaderOtherThan(old);
 *   await t.read('x').returns(1);
 * });
 */

import { play, type Played } from './scenario/play.ts';
import type { ScenarioOptions } from './scenario/options.ts';
import type { Scenario } from './scenario/script.ts';

export type { Outcome } from './scenario/attempt.ts';
export type { Asking, ScenarioClient } from './scenario/clients.ts';
export type { Duration } from './scenario/duration.ts';
export { ScenarioError } from './scenario/failure.ts';
export type { Dialect, Idiom, LogView, Seen, Told, View, Wish } from './transcript/idiom.ts';
export { plain as plainIdiom } from './transcript/idioms/plain.ts';
export { raftDisk, type RaftDisk } from './transcript/idioms/raft.ts';
export type { HeldMessages, MessageRule } from './scenario/message-rules.ts';
export type { ScenarioNode } from './scenario/node.ts';
export type { ScenarioOperation } from './scenario/operation.ts';
export { calmWorld, type ScenarioOptions } from './scenario/options.ts';
export type { Played } from './scenario/play.ts';
export type { MessageChoice, Scenario } from './scenario/script.ts';
export type { NodeChoice, NodeChoices } from './scenario/stage.ts';

/**
 * Plays a scenario: starts all nodes, lets `tell` do what it wants with them, and checks the history. The same options
 * and the same `tell` give the same transcript and hash. Rejects with a ScenarioError for what does not hold, and with a
 * UsageError for what makes no sense.
 */
export async function scenario(options: ScenarioOptions, tell: (t: Scenario) => Promise<void>): Promise<Played> {
  return play(options, tell);
}
