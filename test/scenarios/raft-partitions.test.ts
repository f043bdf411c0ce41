/** Partitions that are not symmetric: whoever is heard but does not hear, and the other way round. */

import { expect, test } from 'vitest';
import type { Scenario } from '../../src/scenario.ts';
import { raft } from '../../systems/raft/system.ts';
import { failureOf, golden } from './golden.ts';

const three = { system: raft, nodes: 3 };

/** The others keep hearing the leader, and so have no reason to replace it: it must see by itself that it leads nobody. */
async function leaderHearsNobody(t: Scenario): Promise<void> {
  await t.elect(1);
  await t.write('x', 1).isAcknowledged();
  t.note('n1 is heard, and hears nobody');
  t.cut([2, 3], 1);
  const inDoubt = t.client('a').at(1).write('x', 2);
  await t.until(() => t.node(1).isNotLeader(), '1s');
  await inDoubt.isUnknown();
  const next = await t.leaderOtherThan(1);
  await t.client('b').at(next.id).cas('x', 2, 3).isAcknowledged();
  t.note('n1 hears them again');
  t.heal();
  await t.until(() => t.logsAgree(), '1s');
  next.isLeader();
  await t.read('x').returns(3);
}

/** (thesis 9.6) It would win nothing by an election, and must not unseat the leader that the others hear. */
async function followerHearsNobody(t: Scenario): Promise<void> {
  await t.elect(1);
  await t.write('x', 1).isAcknowledged();
  await t.runFor('100ms');
  t.note('n3 is heard, and hears nobody');
  t.cut([1, 2], 3);
  await t.runFor('3s');
  t.node(1).isLeader();
  t.node(1).hasTerm(1);
  await t.write('x', 2).isAcknowledged();
  t.heal();
  await t.until(() => t.logsAgree(), '1s');
  t.node(1).hasTerm(1);
}

test('a leader that hears nobody steps down, and the others elect another', async () => {
  await golden('raft-leader-hears-nobody', three, leaderHearsNobody);
});

test('which is told from a leader that does not ask itself who hears it', async () => {
  const failure = await failureOf({ ...three, mutant: 'no-check-quorum' }, leaderHearsNobody);
  expect(failure?.message).toContain('n1 is leader in term 1 within 1s');
});

test('a follower that hears nobody leaves the leader alone', async () => {
  await golden('raft-follower-hears-nobody', three, followerHearsNobody);
});

test('which is told from one that asks for votes in ever higher terms', async () => {
  const failure = await failureOf({ ...three, mutant: 'no-pre-vote' }, followerHearsNobody);
  expect(failure?.statement).toMatch(/^n1 (leads|is in term 1)$/);
});
