/** Clients that send a request again because they don't know what became of it (Ongaro's thesis, section 6.3). */

import { expect, test } from 'vitest';
import type { Scenario } from '../../src/scenario.ts';
import { raft } from '../../systems/raft/system.ts';
import { failureOf, golden } from './golden.ts';

const three = { system: raft, nodes: 3 };

/** The first leader appends it everywhere and can't tell; the second one has it already when it is asked again. */
async function askedAgain(t: Scenario): Promise<void> {
  await t.elect(1);
  const a = await t.session('a');
  t.note('the followers store the entry, and n1 never hears so');
  t.cut([2, 3], 1);
  const appended = a.append('list', 'apple');
  await t.until(() => t.node(1).isNotLeader(), '1s');
  await appended.isUnknown();
  t.note('n2 commits it, and is then asked for it again, twice');
  await t.elect(2);
  await appended.again(2).isAcknowledged();
  appended.again(2);
  await t.runFor('10ms');
  await t.read('list').returns(['apple']);
  t.heal();
  await t.until(() => t.logsAgree(), '1s');
}

test('a command that is sent again takes effect once', async () => {
  await golden('raft-asked-again', three, askedAgain);
});

test('which is told from a server that applies it again', async () => {
  const failure = await failureOf({ ...three, mutant: 'no-session' }, askedAgain);
  expect(failure?.statement).toBe('c1\'s read list returns ["apple"]');
});
