/** Snapshots that come to a follower which has entries of its own (figure 13 of the Raft paper, steps 6 and 7). */

import { expect, test } from 'vitest';
import type { Scenario } from '../../src/scenario.ts';
import type { Json } from '../../systems/protocol.ts';
import { raft } from '../../systems/raft/system.ts';
import { failureOf, golden } from './golden.ts';

const three = { system: raft, nodes: 3, settings: { snapshotEvery: 4, snapshotRetain: 0 } };

async function writes(t: Scenario, ...values: readonly number[]): Promise<void> {
  for (const value of values) await t.write('x', value).isAcknowledged();
}

/** Step 7: what conflicts with the snapshot goes, though the follower's log is longer. */
async function meetsConflict(t: Scenario): Promise<void> {
  await t.elect(1);
  t.note('n1 goes on alone, and has six entries that nobody else will ever have');
  t.isolate(1);
  const lost = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) =>
    t
      .client(name)
      .at(1)
      .write('x', 100 + i),
  );
  await t.elect(2);
  for (const each of lost) await each.isUnknown();
  t.node(1).hasLog('1 1 1 1 1 1 1');
  t.note('meanwhile n2 has a snapshot of the first four entries, which is all that it can send of them');
  await writes(t, 1, 2, 3);
  t.node(2).hasLog('(4)');
  t.heal();
  await t.until(() => t.logsAgree(), '1s');
  t.node(1).hasLog('(4)');
  await t.read('x').returns(3);
}

/** Step 6: what follows the snapshot in the follower's log stays: it has acknowledged that. */
async function overtakenByEntries(t: Scenario): Promise<void> {
  await t.elect(1);
  await t.runFor('60ms');
  t.logsAgree();
  t.note('five entries are on their way to n3 for long; with n2 they are committed, and n1 makes a snapshot of three');
  const entries = t.hold({ from: 1, to: 3, where: bringsEntries });
  const snapshot = t.hold({ from: 1, to: 3, kind: 'install-snapshot' });
  const first = ['a', 'b', 'c'].map((name) => t.client(name).write(name, 1));
  await t.runFor('1ms');
  const later = ['d', 'e'].map((name) => t.client(name).write(name, 1));
  for (const each of [...first, ...later]) await each.isAcknowledged();
  t.note('n3 lacks what n1 has not any more in its log, and is sent the snapshot, which takes its time as well');
  await t.until(() => snapshot.held() > 0, '1s');
  t.note('the entries come first');
  entries.end();
  entries.release();
  await t.until(() => t.node(3).hasLog('1 1 1 1 1 1'), '10ms');
  await t.runFor('2ms');
  snapshot.end();
  snapshot.release();
  await t.until(() => t.node(3).hasCommitted(4), '10ms');
  t.node(3).hasLog('(4) 1 1');
  t.note('n1 and n3 are enough to have committed the last entry');
  t.crash(2);
  await t.read('e').returns(1);
}

function bringsEntries(message: Json): boolean {
  const { type, entries = [] } = message as { readonly type: string; readonly entries?: readonly Json[] };
  return type === 'append-entries' && entries.length > 0;
}

test('a snapshot replaces entries that conflict with it', async () => {
  await golden('raft-snapshot-meets-conflict', three, meetsConflict);
});

test('which is told from a follower that keeps whatever follows the snapshot', async () => {
  const failure = await failureOf({ ...three, mutant: 'snapshot-keeps-conflict' }, meetsConflict);
  expect(failure?.message).toContain('n1 crashed: the leader of term 2 has another entry at 4, which is committed');
});

test('a snapshot that entries have overtaken leaves those that follow it', async () => {
  await golden('raft-snapshot-overtaken', three, overtakenByEntries);
});

test('which is told from a follower that has nothing but the snapshot then', async () => {
  const failure = await failureOf({ ...three, mutant: 'snapshot-truncates' }, overtakenByEntries);
  expect(failure?.statement).toBe('n3 has the log (4) 1 1');
});
