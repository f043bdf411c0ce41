/**
 * Figure 7 of the Raft paper (Ongaro and Ousterhout 2014, extended version, section 5.3): what the logs of followers may be
 * like when the leader of term 8 comes to power, and that it makes them all like its own.
 */

import { expect, test } from 'vitest';
import { raftDisk, type Scenario } from '../../src/scenario.ts';
import { raft } from '../../systems/raft/system.ts';
import { failureOf, golden } from './golden.ts';

const leaderLog = '1 1 1 4 4 5 5 6 6 6';
const followers = {
  a: '1 1 1 4 4 5 5 6 6',
  b: '1 1 1 4',
  c: '1 1 1 4 4 5 5 6 6 6 6',
  d: '1 1 1 4 4 5 5 6 6 6 7 7',
  e: '1 1 1 4 4 4 4',
  f: '1 1 1 2 2 2 3 3 3 3 3',
};

const figure7 = {
  system: raft,
  nodes: 7,
  // The server on top has heard of term 7, though not of its entries.
  disks: Object.fromEntries(
    [raftDisk(leaderLog, { term: 7 }), ...Object.values(followers).map((log) => raftDisk(log))].map((disk, i) => [
      i + 1,
      disk,
    ]),
  ),
};

async function leaderOfTerm8(t: Scenario): Promise<void> {
  Object.values(followers).forEach((log, i) => {
    t.node(i + 2).hasLog(log);
  });
  t.note('(c) and (d) have more than the leader and do not vote for it; four votes and its own are enough');
  await t.elect(1);
  t.node(1).hasTerm(8);
  t.node(1).hasLog(`${leaderLog} 8`);
  t.note('it finds where each log meets its own, and replaces what follows');
  await t.until(() => t.logsAgree(), '1s');
  t.node(7).hasLog(`${leaderLog} 8`);
  t.node(1).hasCommitted(11);
}

test('figure 7: the leader of term 8 makes all logs like its own', async () => {
  await golden('raft-figure-7', figure7, leaderOfTerm8);
});

test('figure 7 is told from a follower that does not look at the term before new entries', async () => {
  const failure = await failureOf({ ...figure7, mutant: 'prev-term-unchecked' }, leaderOfTerm8);
  expect(failure?.message).toContain('log-matching is broken');
});
