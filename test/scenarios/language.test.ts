/** The language itself: what its words do, how it fails, and that it is exact. */

import { describe, expect, test } from 'vitest';
import { system as oneCopy } from '../../examples/one-copy.ts';
import { raftDisk, scenario, ScenarioError, type Scenario, type ScenarioOptions } from '../../src/scenario.ts';
import { invariant, type System } from '../../systems/protocol.ts';
import { raft } from '../../systems/raft/system.ts';
import { failureOf, golden } from './golden.ts';

const three: ScenarioOptions = { system: raft, nodes: 3 };

async function failover(t: Scenario): Promise<void> {
  const old = await t.leader();
  await t.write('x', 1).isAcknowledged();
  t.crash(old);
  await t.leaderOtherThan(old);
  await t.restart(old);
  await t.until(() => t.logsAgree());
  await t.read('x').returns(1);
}

describe('the same', () => {
  test('seed gives the same transcript and the same hash', async () => {
    const [one, two] = [await scenario(three, failover), await scenario(three, failover)];
    expect(two.transcript).toBe(one.transcript);
    expect(two.hash).toBe(one.hash);
    expect(one.history.map(({ type, f }) => `${type} ${f}`)).toEqual([
      'invoke write',
      'ok write',
      'invoke read',
      'ok read',
    ]);
  });

  test('scenario with another seed goes another way and holds as well', async () => {
    const one = await scenario(three, failover);
    const other = await scenario({ ...three, seed: 2 }, failover);
    expect(other.hash).not.toBe(one.hash);
  });
});

describe('a failure', () => {
  test('says which statement does not hold, why, when, and what happened until then', async () => {
    const failure = await failureOf(three, async (t) => {
      await t.elect(2);
      await t.runFor('20ms');
      t.node(1).isLeader();
    });
    expect(failure?.statement).toBe('n1 leads');
    expect(failure?.message).toMatch(/^n1 leads: n1 is follower in term 1\n\nThat was at \d+\.\d ms\./);
    expect(failure?.message).toMatch(/n2 {6}● ! {4}1 {2}is leader/);
    expect(failure?.atMs).toBeGreaterThan(400);
  });

  test('in waiting says what was missing at the end', async () => {
    const failure = await failureOf(three, async (t) => {
      t.candidates(1);
      await t.until(() => t.node(2).isLeader(), '2s');
    });
    expect(failure?.message).toContain('n2 is follower in term 1 within 2s');
    expect(failure?.atMs).toBe(2001);
  });

  test('is a write that was acknowledged and then lost, though no statement says so', async () => {
    const forgets = async (t: Scenario): Promise<void> => {
      await t.write('x', 1).isAcknowledged();
      t.crash(1);
      await t.restart(1);
      await t.read('x').outcome();
    };
    const seeds = [1, 2, 3];
    for (const seed of seeds) expect(await failureOf({ system: oneCopy, seed }, forgets)).toBeNull();
    const failure = await failureOf({ system: oneCopy, mutant: 'answers-early', simulator: slowDisk }, forgets);
    expect(failure?.statement).toBe('the history is linearizable');
    expect(failure?.message).toContain('read x = absent');
  });

  test('is a node that crashes by an exception', async () => {
    const system: System = {
      ...oneCopy,
      create(env) {
        const node = oneCopy.create(env);
        return {
          ...node,
          onRequest: (id, request) => (request.f === 'cas' ? invariant(false, 'no cas') : node.onRequest(id, request)),
        };
      },
    };
    const failure = await failureOf({ system }, async (t) => {
      await t.write('x', 1).isAcknowledged();
      await t.cas('x', 1, 2).isUnknown();
    });
    expect(failure?.statement).toBe('every promise of the system is kept');
    expect(failure?.message).toContain('n1 crashed: no cas');
  });

  test('is a statement for which nobody waits', async () => {
    const failure = await failureOf(three, async (t) => {
      await t.leader();
      void t.write('x', 1).isAcknowledged();
    });
    expect(failure?.message).toContain("c1's write x 1 is acknowledged: ");
    expect(failure?.message).toContain('is there an `await` missing?');
  });

  test('may be that a checker of the user’s own does not pass', async () => {
    const promises = [{ name: 'silence', check: () => ({ valid: false, reason: 'somebody asked' }) as const }];
    const failure = await failureOf({ ...three, promises }, async (t) => t.runFor('1s'));
    expect(failure?.message).toMatch(/^the history passes silence: somebody asked/);
  });
});

const slowDisk = { disk: { syncUs: [50_000] } };

describe('what makes no sense is refused', () => {
  const refused = async (options: ScenarioOptions, tell: (t: Scenario) => Promise<void> | void): Promise<unknown> => {
    const thrown: unknown = await scenario(options, async (t) => tell(t)).catch((error: unknown) => error);
    expect(thrown).not.toBeInstanceOf(ScenarioError);
    return thrown instanceof Error ? thrown.message : thrown;
  };

  test('nodes, mutants and times that there are not', async () => {
    expect(await refused(three, (t) => t.crash(4))).toContain('unknown node "n4"');
    expect(await refused({ ...three, mutant: 'stale-reed' }, () => undefined)).toContain('did you mean "stale-read"');
    expect(await refused(three, (t) => t.runFor('soon' as '1s'))).toContain('a span of time is');
    expect(await refused({ ...three, nodes: 0 }, () => undefined)).toContain('from 1 to 64 nodes');
    expect(await refused({ ...three, disks: { 4: raftDisk('1') } }, () => undefined)).toContain('there is no node 4');
  });

  test('what can not be done to a node, or by a client', async () => {
    const onceCrashed = (then: (t: Scenario) => void) => (t: Scenario) => {
      t.crash(1);
      then(t);
    };
    expect(
      await refused(
        three,
        onceCrashed((t) => t.crash(1)),
      ),
    ).toBe('n1 is down already');
    expect(
      await refused(
        three,
        onceCrashed((t) => t.pause(1)),
      ),
    ).toContain('n1 is down');
    expect(
      await refused(three, async (t) => {
        await t.leader();
        t.write('x', 1).again();
      }),
    ).toContain('is in no session');
    expect(
      await refused(three, (t) => {
        const a = t.client('a');
        a.write('x', 1);
        a.write('x', 2);
      }),
    ).toContain('a still waits for an answer');
    expect(
      await refused(three, (t) => {
        t.client('n1');
      }),
    ).toContain('"n1" is a node');
    expect(
      await refused({ system: oneCopy }, async (t) => {
        await t.elect(1);
      }),
    ).toContain('does not say by which timer');
    expect(await refused({ system: oneCopy }, (t) => t.node(1).hasLog('1'))).toContain('the log of a node can');
  });

  test('logs and disks that no server of Raft has', () => {
    expect(() => raftDisk('1 3 2')).toThrow('never decrease');
    expect(() => raftDisk('1 x')).toThrow('never decrease');
    expect(() => raftDisk('1 3', { term: 2 })).toThrow('behind');
  });
});

describe('messages', () => {
  test('are dropped until the rule ends, and only those that were chosen', async () => {
    await scenario(three, async (t) => {
      await t.elect(1);
      const rule = t.drop({
        from: 1,
        to: 3,
        kind: 'append-entries',
        where: (message) => JSON.stringify(message).includes('"x"'),
      });
      await t.write('x', 1).isAcknowledged();
      await t.runFor('10ms');
      expect(rule.taken()).toBe(1);
      t.node(2).hasLog('1 1');
      t.node(3).hasLog('1');
      rule.end();
      await t.until(() => t.logsAgree(), '1s');
      expect(rule.taken()).toBe(1);
    });
  });

  test('are doubled, as the receiver sees', async () => {
    const { transcript } = await scenario(three, async (t) => {
      const rule = t.duplicate({ to: 3, kind: 'request-vote' });
      await t.elect(1);
      await t.runFor('10ms');
      expect(rule.taken()).toBe(2);
    });
    // Both copies are answered, and the transcript leaves out what says the same again.
    expect(transcript).toContain('to n3 doubled: vote for me in term 1?');
    expect(transcript).toMatch(/[2-9]\d* messages? without news/);
  });

  test('are held, in order, until they are let go', async () => {
    await scenario(three, async (t) => {
      await t.elect(1);
      const held = t.hold({ from: 1, to: 3 });
      for (const value of [1, 2, 3]) await t.write('x', value).isAcknowledged();
      expect(held.held()).toBeGreaterThanOrEqual(3);
      t.node(3).hasLog('1');
      held.end();
      held.release();
      expect(held.held()).toBe(0);
      await t.until(() => t.logsAgree(), '10ms');
    });
  });
});

describe('processes', () => {
  test('that stand still do nothing, and then what has waited for them', async () => {
    await scenario(three, async (t) => {
      await t.elect(1);
      await t.runFor('100ms');
      t.pause(3);
      await t.write('x', 1).isAcknowledged();
      await t.runFor('1s');
      t.node(3).hasLog('1');
      t.resume(3);
      await t.runFor('1ms');
      t.node(3).hasLog('1 1');
    });
  });

  test('that are down refuse, and come back with what they had synced', async () => {
    await scenario(three, async (t) => {
      await t.elect(1);
      await t.runFor('100ms');
      t.crash([1, 2, 3]);
      t.node(1).isDown();
      await t.client('a').at(1).write('x', 1).isRefused();
      await t.restart([1, 2, 3]);
      t.node(1).isUp();
      t.node(1).hasLog('1');
      await t.leader();
      await t.read('x').returns(null);
    });
  });
});

test('one-way cuts silence one way only', async () => {
  const { transcript } = await scenario(three, async (t) => {
    await t.elect(1);
    t.cut(1, 3);
    await t.runFor('10ms');
    t.node(2).hasLog('1');
    t.node(3).hasLog('');
    t.note('n3 hears nothing, and asks');
    await t.runFor('1s');
    t.node(1).isLeader();
    t.heal();
    await t.until(() => t.logsAgree(), '1s');
  });
  expect(transcript).toContain("n3 can't hear n1");
  expect(transcript).toMatch(/n1 {6}● ← {4}1 {2}n3: would you vote for me in term 2/);
});

test('a system that nobody has described is told by its probes and its requests', async () => {
  const { transcript } = await scenario({ system: oneCopy }, async (t) => {
    t.node(1).hasRole('keeper');
    await t.client('a').at(2).write('x', 1).isRefused();
    await t.write('x', 2).isAcknowledged();
    await t.cas('x', 2, 3).isAcknowledged();
    await t.cas('x', 2, 4).isRefused();
    await t.read('x').returns(3);
  });
  expect(transcript).toContain('n2 says to ask n1');
  expect(transcript).toContain('refused (mismatch)');
});

/** The example of the README. */
async function survivesCrash(t: Scenario): Promise<void> {
  await t.write('x', 1).isAcknowledged();
  t.crash(1);
  await t.client('a').at(1).write('x', 2).isRefused();
  await t.restart(1);
  await t.read('x').returns(1);
}

test('a system of one’s own keeps what it acknowledged through a crash', async () => {
  await golden('one-copy-crash', { system: oneCopy }, survivesCrash);
});

test('which is told from one that answers before it is durable', async () => {
  const failure = await failureOf({ system: oneCopy, mutant: 'answers-early', simulator: slowDisk }, survivesCrash);
  expect(failure?.statement).toBe("c1's read x returns 1");
});
