/** Snapshots that come to a follower which has entries of its own (figure 13 of the Raft paper, steps 6 and 7). */

import { expect, test } from 'vitest';
import type { Scenario } from '../../src/scenario.ts';
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
  const lost = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => t.client(name).at(1).write('x', 100 + i));
  await t.elect(2);
  for (const each of lost) await each.isUnknown();
  t.node(1).hasLog('1 1 1 1 1 1 1');
  t.note('meanwhile n2 has a snapshot of the first four entries, which is all that it can send of them');
  await writes(t, 1, 2, 3);
  t.node(2).hasLog('(4) 2');
  t.heal();
  await t.until(() => t.logsAgree(), '1s');
  t.node(1).hasLog('(4) 2');
  await t.read('x').returns(3);
}

/** Step 6: what follows the snapshot in the follower's log stays, since the follower has acknowledged it. */
async function comesLate(t: Scenario): Promise<void> {
  await t.elect(1);
  await t.runFor('60ms');
  t.logsAgree();
  t.note('what n1 appends is on its way to n3 for long; n2 has it, so it is committed, and n1 has a snapshot');
  const entries = t.hold({ from: 1, to: 3, kind: 'append-entries', where: (message) => hasEntries(message) });
  await writes(t, 1, 2, 3);
  const snapshot = t.hold({ from: 1, to: 3, kind: 'install-snapshot' });
  await t.until(() => snapshot.held() > 0, '1s');
  t.note('now the entries come, and another one from a leader that has heard of them');
  entries.end();
  entries.release();
  await t.runFor('5ms');
  t.node(3).hasLog('1 1 1 1');
}

function hasEntries(message: unknown): boolean {
  return (message as { readonly entries: readonly unknown[] }).entries.length > 0;
}

test('a snapshot replaces entries that conflict with it', async () => {
  await golden('raft-snapshot-meets-conflict', three, meetsConflict);
});
test('x', async () => {
  await golden('raft-snapshot-late', three, comesLate);
});
