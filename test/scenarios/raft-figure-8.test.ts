/**
 * Figure 8 of the Raft paper (Ongaro and Ousterhout 2014, extended version, section 5.4.2): why a leader can't conclude
 * from the number of copies that an entry of an earlier term is committed. In the figure's words, S1 to S5 are n1 to n5.
 */

import { expect, test } from 'vitest';
import { raftDisk, type Scenario } from '../../src/scenario.ts';
import type { RaftMessage } from '../../systems/raft/messages.ts';
import { raft } from '../../systems/raft/system.ts';
import { failureOf, golden } from './golden.ts';

const figure8 = {
  system: raft,
  nodes: 5,
  // One entry a message, so that the figure's (c) lies between two of them.
  settings: { maxEntriesPerMessage: 1 },
  disks: Object.fromEntries([1, 2, 3, 4, 5].map((n) => [n, raftDisk('1')])),
};

/** Whether a message brings entries of this term. */
const brings = (term: number) => (message: unknown) => {
  const raftMessage = message as RaftMessage;
  return raftMessage.type === 'append-entries' && raftMessage.entries.some((entry) => entry.term === term);
};

/** From (a) to (c), where the entry of term 2 is on three of five servers, and none of term 4 is on any but S1 if it is `lost`. */
async function upToC(t: Scenario, term4: 'lost' | 'replicated' = 'lost'): Promise<void> {
  t.note('(a) S1 is leader and partially replicates the log entry at index 2');
  await t.elect(1);
  t.node(1).hasTerm(2);
  t.partition([1, 2], [3, 4, 5]);
  const inDoubt = t.client('a').at(1).write('x', 2);
  await t.runFor('5ms');
  t.node(2).hasLogEnding('2');
  t.node(3).hasLog('1');
  t.crash(1);
  await inDoubt.isUnknown();

  t.note('(b) S1 crashes; S5 is elected for term 3 by S3, S4 and itself, and accepts a different entry at index 2');
  t.heal();
  t.candidates(5);
  const onlyS5 = t.drop({ from: 5, where: brings(3) });
  await t.node(5).becomesLeader();
  t.node(5).hasTerm(3);
  const other = t.client('b').at(5).write('y', 3);
  await t.runFor('5ms');
  t.node(5).hasLogEnding('3');
  t.crash(5);
  await other.isUnknown();
  onlyS5.end();

  t.note('(c) S5 crashes; S1 restarts, is elected, and continues replication');
  t.candidates(1);
  t.drop({ from: 1, to: 4, where: brings(2) });
  if (term4 === 'lost') t.drop({ from: 1, where: brings(4) });
  await t.restart(1);
  await t.node(1).becomesLeader();
  t.node(1).hasTerm(4);
  await t.runFor('100ms');
}

/** (d): the entry of term 2 is replaced on all servers. */
async function overwritten(t: Scenario): Promise<void> {
  t.note('(d) S1 crashes; S5 is elected by S2, S3 and S4, and overwrites the entry with its own from term 3');
  t.crash(1);
  t.candidates(5);
  await t.restart(5);
  await t.node(5).becomesLeader();
  t.node(5).hasTerm(5);
  await t.restart(1);
  await t.until(() => t.logsAgree(), '1s');
  await t.read('x').returns(null);
}

test('figure 8, (a) to (d): the entry of term 2 is on a majority, is not committed, and is overwritten', async () => {
  await golden('raft-figure-8-d', figure8, async (t) => {
    await upToC(t);
    t.node(2).hasLogEnding('2');
    t.node(3).hasLogEnding('2');
    t.node(1).hasCommitted(0);
    await overwritten(t);
  });
});

test('figure 8, (a) to (c) and (e): with an entry of term 4 on a majority, that of term 2 stays', async () => {
  await golden('raft-figure-8-e', figure8, async (t) => {
    await upToC(t, 'replicated');
    t.node(3).hasLogEnding('2 4');
    t.node(1).hasCommitted(4);
    t.note('(e) S1 crashes, and S5 can not win an election');
    t.crash(1);
    t.candidates(5);
    await t.restart(5);
    await t.runFor('3s');
    t.node(5).isNotLeader();
    t.candidates();
    await t.leaderOtherThan(5);
    await t.read('x').returns(2);
  });
});

const mutant = 'commit-prior-term';

test('figure 8 is told from a leader that counts the copies of earlier entries', async () => {
  const failure = await failureOf({ ...figure8, mutant }, async (t) => {
    await upToC(t);
    t.node(2).hasLogEnding('2');
    t.node(3).hasLogEnding('2');
    t.node(1).hasCommitted(0);
  });
  expect(failure?.statement).toBe('n1 has committed nothing');
  expect(failure?.message).toContain('it has committed 2');
});

test('what such a leader has committed is lost in (d)', async () => {
  const failure = await failureOf({ ...figure8, mutant }, async (t) => {
    await upToC(t);
    await overwritten(t);
  });
  expect(failure?.message).toContain('leader-completeness is broken at n5');
});
