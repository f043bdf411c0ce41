/** The causal store: what a session has seen goes with it, and what a write comes after comes before it. */

import { expect, test } from 'vitest';
import type { Scenario } from '../../src/scenario.ts';
import { causalStore } from '../../systems/causal-store/system.ts';
import { failureOf, golden } from './golden.ts';

const three = { system: causalStore, nodes: 3 };

/** Read your writes (Terry et al. 1994): a node that lacks the session's own write must not answer as if there was none. */
async function sessionMoves(t: Scenario): Promise<void> {
  const a = t.client('a');
  t.isolate(1);
  await a.at(1).write('x', 1).isAcknowledged();
  t.note('a moves to n2, which can not have it yet');
  await a.at(2).read('x').isRefused();
  await t.client('b').at(2).read('x').returns(null);
  t.heal();
  await t.until(() => t.logsAgree(), '2s');
  await a.at(2).read('x').returns(1);
}

/** A comment must not be seen by anybody before the photo that it is about (Lloyd et al. 2011, section 2). */
async function photoAndComment(t: Scenario): Promise<void> {
  const [anna, bert, carl] = [t.client('anna').at(1), t.client('bert').at(2), t.client('carl').at(3)];
  const photo = t.hold({ from: 1, to: 3, kind: 'writes' });
  await anna.write('photo', 'sunset').isAcknowledged();
  await t.runFor('2ms');
  await bert.read('photo').returns('sunset');
  await bert.write('comment', 'nice').isAcknowledged();
  await t.runFor('2ms');
  t.note('the comment is at n3, which waits for the photo');
  await carl.read('comment').returns(null);
  photo.end();
  photo.release();
  await t.runFor('2ms');
  await carl.read('comment').returns('nice');
  await carl.read('photo').returns('sunset');
}

/** Nobody can tell which of two concurrent writes came first, and all must come to the same. */
async function concurrentWrites(t: Scenario): Promise<void> {
  t.duplicate({ kind: 'writes' });
  t.isolate(1);
  await t.client('a').at(1).write('x', 1).isAcknowledged();
  await t.client('b').at(3).write('x', 3).isAcknowledged();
  t.note('each side has a write of its own');
  t.heal();
  await t.runFor('2s');
  for (const node of t.nodes) await t.client(`at ${node.id}`).at(node).read('x').returns(3);
}

test('a session is refused where its own write is not known', async () => {
  await golden('causal-session-moves', three, sessionMoves);
});

test('which is told from a node that does not look at what the session has seen', async () => {
  const failure = await failureOf({ ...three, mutant: 'no-session' }, sessionMoves);
  expect(failure?.statement).toBe("a's read x is refused");
});

test('a comment is not seen before its photo', async () => {
  await golden('causal-photo-and-comment', three, photoAndComment);
});

test('which is told from a node that takes the writes of each other in their order alone', async () => {
  const failure = await failureOf({ ...three, mutant: 'fifo-only' }, photoAndComment);
  expect(failure?.statement).toBe("carl's read comment returns null");
  expect(failure?.message).toContain('ok, "nice"');
});

test('concurrent writes end up the same everywhere, though each comes twice', async () => {
  await golden('causal-concurrent-writes', three, concurrentWrites);
});

test('which is told from nodes where the last to come wins', async () => {
  const failure = await failureOf({ ...three, mutant: 'no-convergence' }, concurrentWrites);
  expect(failure?.statement).toMatch(/reads? .*x returns 3$/);
});
