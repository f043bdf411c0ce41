/** A leader that stands still, as in a long garbage collection, and wakes up when another one has taken its place. */

import { expect, test } from 'vitest';
import type { Scenario } from '../../src/scenario.ts';
import { raft } from '../../systems/raft/system.ts';
import { failureOf, golden } from './golden.ts';

const three = { system: raft, nodes: 3 };

/** It wakes up with its old state, believes that it leads, and is asked before it hears of anybody. */
async function leaderWakesUp(t: Scenario): Promise<void> {
  await t.elect(1);
  await t.write('x', 1).isAcknowledged();
  t.note('n1 stands still, and what is sent to it meanwhile is lost');
  t.pause(1);
  t.cut([2, 3], 1);
  await t.elect(2);
  await t.client('a').at(2).write('x', 2).isAcknowledged();
  t.note('it wakes up as the leader of term 1');
  t.resume(1);
  await t.client('b').at(1).read('x').isRefused();
  t.heal();
  await t.until(() => t.logsAgree(), '1s');
  t.node(1).isNotLeader();
  await t.client('b').at(2).read('x').returns(2);
}

test('a leader that wakes up does not answer from what it knew', async () => {
  await golden('raft-leader-wakes-up', three, leaderWakesUp);
});

test('which is told from one that reads without asking the others', async () => {
  const failure = await failureOf({ ...three, mutant: 'stale-read' }, leaderWakesUp);
  expect(failure?.statement).toBe("b's read x is refused");
  expect(failure?.message).toContain('ok, 1');
});
