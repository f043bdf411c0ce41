import { describe, expect, it } from 'vitest';
import type { CreateProtocol } from '../../../systems/protocol.ts';
import type { AppendEntries, AppendEntriesReply, RaftMessage, RequestVote } from '../../../systems/raft/messages.ts';
import { raft } from '../../../systems/raft/system.ts';
import { alone, diskWith, elect, read, write } from './alone.ts';
import { testCluster } from './cluster.ts';

type Create = CreateProtocol<RaftMessage>;

/** What goes wrong, if anything; each scenario is the shortest way to one mutant's bug. */
const scenarios: Readonly<
  Record<string, { readonly right: unknown; readonly wrong: unknown; run(create: Create): unknown }>
> = {
  // The value 2 is written through the new leader before the old one is asked.
  'stale-read': {
    right: { type: 'redirect', leader: null },
    wrong: { type: 'ok', value: 1 },
    run(create) {
      const cluster = testCluster({ create });
      const old = cluster.elect();
      cluster.ask(old, write('x', 1));
      cluster.isolate(old);
      const next = cluster.elect(old);
      expect(cluster.ask(next, write('x', 2))).toEqual({ type: 'ok' });
      return cluster.ask(old, read('x'));
    },
  },
  // The write was acknowledged, then every server lost its power.
  'ack-before-sync': {
    right: { type: 'ok', value: 1 },
    wrong: { type: 'ok', value: null },
    run(create) {
      const cluster = testCluster({ create });
      const leader = cluster.elect();
      cluster.run(1_500);
      expect(cluster.ask(leader, write('x', 1))).toEqual({ type: 'ok' });
      for (const id of cluster.names) cluster.crash(id);
      for (const id of cluster.names) cluster.restart(id);
      return cluster.ask(cluster.elect(), read('x'));
    },
  },
  // Two candidates ask the same server in the same term, which restarts in between.
  'forget-vote': {
    right: ['b'],
    wrong: ['b', 'c'],
    run(create) {
      const request: RequestVote = {
        type: 'request-vote',
        preVote: false,
        term: 4,
        lastLogIndex: 1,
        lastLogTerm: 3,
        votes: ['b'],
      };
      const before = alone({ create, image: diskWith(3, [3]) });
      const votes = [...before.receive('b', request), ...before.settle()];
      const after = alone({ create, image: before.crash() });
      votes.push(...after.receive('c', request), ...after.settle());
      return votes.flatMap(({ to, message }) => ('voteGranted' in message && message.voteGranted ? [to] : []));
    },
  },
  // Figure 8 (c) and (d): S1 = a has replicated its entry of term 2 to b and c when S5 = e, with its entry of term 3,
  // takes over, which b, c and d may vote for since their logs end in term 2 or before.
  'commit-prior-term': {
    right: 'entry 2 replaced',
    wrong: 'committed, then overruled',
    run(create) {
      const s1 = alone({ create, peers: ['b', 'c', 'd', 'e'], image: diskWith(3, [1, 2]) });
      elect(s1, ['b', 'c']);
      s1.settle();
      const stored: AppendEntriesReply = {
        type: 'append-entries-reply',
        success: true,
        term: 4,
        matchIndex: 2,
        round: 0,
      };
      s1.receive('b', stored);
      s1.receive('c', stored);
      const overruled: AppendEntries = {
        type: 'append-entries',
        term: 5,
        prevLogIndex: 1,
        prevLogTerm: 1,
        entries: [{ term: 3, command: write('x', 3) }],
        leaderCommit: 0,
        round: 0,
        votes: [],
      };
      try {
        s1.receive('e', overruled);
        return 'entry 2 replaced';
      } catch {
        return 'committed, then overruled';
      }
    },
  },
  // A client that heard nothing sends its command again.
  'no-session': {
    right: { type: 'ok', value: ['a'] },
    wrong: { type: 'ok', value: ['a', 'a'] },
    run(create) {
      const cluster = testCluster({ create });
      const leader = cluster.elect();
      const opened = cluster.ask(leader, { f: 'open-session' });
      const session = opened?.type === 'ok' ? Number(opened.value) : -1;
      const command = { f: 'append', key: 'x', value: 'a', session, sequence: 0 };
      cluster.ask(leader, command);
      cluster.ask(leader, command);
      return cluster.ask(leader, read('x'));
    },
  },
};

const mutants = new Map(raft.mutants.map((mutant) => [mutant.name, mutant]));

describe.each(Object.entries(scenarios))('%s', (name, { right, wrong, run }) => {
  it('shows its bug', () => {
    expect(run(mutants.get(name)?.create ?? raft.create)).toEqual(wrong);
  });

  it('which Raft does not have', () => {
    expect(run(raft.create)).toEqual(right);
  });
});

describe.each(raft.mutants)('$name', ({ create }) => {
  it('serves clients when nothing fails', () => {
    const cluster = testCluster({ create });
    const leader = cluster.elect();
    expect(cluster.ask(leader, write('x', 1))).toEqual({ type: 'ok' });
    expect(cluster.ask(leader, read('x'))).toEqual({ type: 'ok', value: 1 });
  });
});
