import { describe, expect, it } from 'vitest';
import type { RequestVote } from '../../../systems/raft/messages.ts';
import { alone, diskWith, elect } from './alone.ts';
import { testCluster } from './cluster.ts';

const five = ['a', 'b', 'c', 'd', 'e'];

const vote = (term: number, lastLogIndex: number, lastLogTerm: number, preVote = false): RequestVote => ({
  type: 'request-vote',
  preVote,
  term,
  lastLogIndex,
  lastLogTerm,
  votes: [],
});

/** A heartbeat of term 3. */
const append3 = () =>
  ({
    type: 'append-entries',
    term: 3,
    prevLogIndex: 0,
    prevLogTerm: 0,
    entries: [],
    leaderCommit: 0,
    round: 0,
    votes: [],
  }) as const;

describe('an election', () => {
  it('gives one leader, whom all follow', () => {
    const cluster = testCluster({ nodes: five });
    const leader = cluster.elect();
    cluster.run(200);
    expect(five.map((id) => cluster.probe(id, 'leader'))).toEqual(five.map(() => leader));
    expect(five.filter((id) => cluster.probe(id, 'role') === 'leader')).toEqual([leader]);
  });

  it('gives a new leader when the old one is gone, who then steps down on coming back', () => {
    const cluster = testCluster({ nodes: five });
    const old = cluster.elect();
    cluster.isolate(old);
    const next = cluster.elect(old);
    cluster.heal();
    cluster.run(300);
    expect(cluster.probe(old, 'role')).toBe('follower');
    expect(cluster.probe(old, 'leader')).toBe(next);
  });

  it('needs a majority', () => {
    const cluster = testCluster({ nodes: five });
    for (const id of ['a', 'b', 'c']) cluster.crash(id);
    expect(cluster.run(10_000, () => cluster.leader() !== null)).toBe(false);
    cluster.restart('a');
    expect(cluster.run(5_000, () => cluster.leader() !== null)).toBe(true);
  });

  it('of one server needs nobody else', () => {
    const cluster = testCluster({ nodes: ['a'] });
    expect(cluster.elect()).toBe('a');
    expect(cluster.ask('a', { f: 'write', key: 'x', value: 1 })).toEqual({ type: 'ok' });
    expect(cluster.ask('a', { f: 'read', key: 'x' })).toEqual({ type: 'ok', value: 1 });
  });

  it('comes about though every first message is lost, since requests are sent again', () => {
    const cluster = testCluster();
    const seen = new Set<string>();
    cluster.setNetwork((from, to, message) => {
      const name = `${from} ${to} ${message.type} ${message.term}`;
      if (seen.has(name)) return [1];
      seen.add(name);
      return [];
    });
    cluster.elect();
  });
});

describe('the election timeout', () => {
  it('counts from the last sign of the leader, and leaves no remainder that a clock could not measure', () => {
    const server = alone({ image: diskWith(3, []) });
    const beat = append3();
    for (let i = 0; i < 30; i++) {
      server.receive('b', beat);
      server.pass(50);
    }
    expect(server.probe('role')).toBe('follower');
    server.pass(549);
    expect(server.probe('role')).toBe('follower');
    server.pass(3);
    expect(server.probe('role')).toBe('pre-candidate');
  });
});

describe('PreVote', () => {
  it('keeps a server that nobody hears from raising its term, and from deposing the leader on coming back', () => {
    const cluster = testCluster({ nodes: five });
    const leader = cluster.elect();
    cluster.run(200);
    const term = cluster.probe(leader, 'term');
    const lonely = five.find((id) => id !== leader) ?? '';
    cluster.isolate(lonely);
    cluster.run(5_000);
    expect(cluster.probe(lonely, 'role')).toBe('pre-candidate');
    cluster.heal();
    cluster.run(1_000);
    expect(cluster.leader()).toBe(leader);
    expect(five.map((id) => cluster.probe(id, 'term'))).toEqual(five.map(() => term));
  });

  it('changes neither term nor vote of the server that is asked', () => {
    const server = alone({ image: diskWith(3, [1, 3]) });
    const [reply] = server.receive('b', vote(9, 2, 3, true));
    expect(reply?.message).toEqual({ type: 'request-vote-reply', preVote: true, term: 9, voteGranted: true });
    expect(server.probe('term')).toBe(3);
    expect(server.syncing()).toBe(0);
  });

  it('is lost before an election begins when a majority has a longer log', () => {
    const server = alone({ image: diskWith(3, [1]) });
    server.pass(800);
    server.receive('b', { type: 'request-vote-reply', preVote: true, term: 3, voteGranted: false });
    server.receive('c', { type: 'request-vote-reply', preVote: true, term: 3, voteGranted: false });
    expect(server.probe('role')).toBe('pre-candidate');
    expect(server.probe('term')).toBe(3);
  });
});

describe('a vote', () => {
  it('is sent only when it is durable', () => {
    const server = alone({ image: diskWith(3, [1, 3]) });
    expect(server.receive('b', vote(4, 2, 3))).toEqual([]);
    expect(server.synced()).toEqual([
      { to: 'b', message: { type: 'request-vote-reply', preVote: false, term: 4, voteGranted: true } },
    ]);
  });

  it('is given once in a term, also across a restart', () => {
    const server = alone({ image: diskWith(3, [1, 3]) });
    server.receive('b', vote(4, 2, 3));
    server.settle();
    expect(server.receive('c', vote(4, 2, 3))[0]?.message).toMatchObject({ voteGranted: false });
    const again = alone({ image: server.crash() });
    expect(again.receive('c', vote(4, 2, 3))[0]?.message).toMatchObject({ voteGranted: false });
    expect(again.receive('b', vote(4, 2, 3))[0]?.message).toMatchObject({ voteGranted: true });
  });

  it('that was not durable may go to another after a restart, since nobody has seen it', () => {
    const server = alone({ image: diskWith(3, [1, 3]) });
    server.receive('b', vote(4, 2, 3));
    const again = alone({ image: server.crash() });
    again.receive('c', vote(4, 2, 3));
    expect(again.settle()[0]).toMatchObject({ to: 'c', message: { voteGranted: true } });
  });

  it.each([
    { name: 'an earlier last term', lastLogIndex: 9, lastLogTerm: 2, granted: false },
    { name: 'the same last term but a shorter log', lastLogIndex: 1, lastLogTerm: 3, granted: false },
    { name: 'the same log', lastLogIndex: 2, lastLogTerm: 3, granted: true },
    { name: 'the same last term and a longer log', lastLogIndex: 3, lastLogTerm: 3, granted: true },
    { name: 'a later last term and a shorter log', lastLogIndex: 1, lastLogTerm: 4, granted: true },
  ])('for a candidate with $name: $granted', ({ lastLogIndex, lastLogTerm, granted }) => {
    const server = alone({ image: diskWith(3, [1, 3]) });
    const sent = [...server.receive('b', vote(5, lastLogIndex, lastLogTerm)), ...server.settle()];
    expect(sent.map(({ message }) => message)).toMatchObject([{ voteGranted: granted }]);
  });

  it('is withheld, and the term kept, while the leader is alive', () => {
    const server = alone({ image: diskWith(3, [1, 3]) });
    server.receive('c', {
      type: 'append-entries',
      term: 3,
      prevLogIndex: 2,
      prevLogTerm: 3,
      entries: [],
      leaderCommit: 0,
      round: 0,
      votes: [],
    });
    server.pass(399);
    expect(server.receive('b', vote(4, 2, 3))).toEqual([]);
    expect(server.probe('term')).toBe(3);
    server.pass(1);
    server.receive('b', vote(4, 2, 3));
    expect(server.probe('term')).toBe(4);
  });

  it('for itself counts only when it is durable, and so do the requests for others’ votes', () => {
    const server = alone();
    server.pass(800);
    server.receive('b', { type: 'request-vote-reply', preVote: true, term: 1, voteGranted: true });
    expect(server.probe('role')).toBe('candidate');
    const held = server.pass(100).filter(({ message }) => message.type === 'request-vote' && !message.preVote);
    expect(held).toEqual([]);
    server.receive('b', { type: 'request-vote-reply', preVote: false, term: 1, voteGranted: true });
    expect(server.probe('role')).toBe('candidate');
    expect(server.synced().map(({ message }) => message)).toMatchObject([
      { type: 'request-vote', preVote: false },
      { type: 'request-vote', preVote: false },
    ]);
    server.receive('b', { type: 'request-vote-reply', preVote: false, term: 1, voteGranted: true });
    expect(server.probe('role')).toBe('leader');
  });

  it('for itself is not durable by a sync that began before it', () => {
    const server = alone({ image: diskWith(3, [1]) });
    // A new term, whose sync is not done when the election begins.
    server.receive('b', vote(4, 0, 0));
    server.pass(800);
    server.receive('b', { type: 'request-vote-reply', preVote: true, term: 5, voteGranted: true });
    expect(server.probe('role')).toBe('candidate');
    expect(server.synced()).toEqual([]);
    expect(server.synced().map(({ message }) => message.type)).toEqual(['request-vote', 'request-vote']);
  });

  it('is withheld by a leader that a quorum hears', () => {
    const server = alone();
    elect(server);
    expect(server.receive('c', vote(7, 9, 9))).toEqual([]);
    expect(server.probe('role')).toBe('leader');
    expect(server.probe('term')).toBe(1);
  });

  it('of an earlier term is not counted, nor is a PreVote taken for a vote', () => {
    const server = alone({ image: diskWith(3, []) });
    server.pass(800);
    server.receive('b', { type: 'request-vote-reply', preVote: true, term: 4, voteGranted: true });
    server.settle();
    expect(server.probe('role')).toBe('candidate');
    server.receive('b', { type: 'request-vote-reply', preVote: false, term: 3, voteGranted: true });
    server.receive('b', { type: 'request-vote-reply', preVote: true, term: 4, voteGranted: true });
    server.receive('b', { type: 'request-vote-reply', preVote: true, term: 5, voteGranted: true });
    expect(server.probe('role')).toBe('candidate');
  });

  it('of the same server counts once', () => {
    const server = alone({ peers: ['b', 'c', 'd', 'e'] });
    elect(server, ['b', 'b', 'b']);
    expect(server.probe('role')).toBe('pre-candidate');
  });
});

describe('CheckQuorum', () => {
  it('deposes a leader that hears no quorum within an election timeout, in the same term', () => {
    const cluster = testCluster({ nodes: five });
    const leader = cluster.elect();
    cluster.run(200);
    const term = cluster.probe(leader, 'term');
    const [companion = ''] = five.filter((id) => id !== leader);
    cluster.isolate(
      leader,
      five.filter((id) => id !== companion),
    );
    cluster.run(500);
    expect(cluster.probe(leader, 'role')).not.toBe('leader');
    expect(cluster.probe(leader, 'term')).toBe(term);
    expect(cluster.passed('check-quorum-stepped-down')).toBe(1);
  });

  it('leaves a leader alone that hears a bare majority', () => {
    const cluster = testCluster({ nodes: five });
    const leader = cluster.elect();
    cluster.isolate(leader, five.filter((id) => id !== leader).slice(0, 2));
    cluster.run(3_000);
    expect(cluster.probe(leader, 'role')).toBe('leader');
  });
});

describe('what must never be', () => {
  it('two leaders in one term stop the server that sees them', () => {
    const server = alone({ image: diskWith(3, []) });
    const beat = append3();
    server.receive('b', beat);
    expect(() => server.receive('c', beat)).toThrow('two leaders in term 3: b and c');
  });

  it('a vote given twice in a term stops the server that learns of both', () => {
    const server = alone({ peers: ['b', 'c', 'd', 'e'] });
    server.receive('b', { ...vote(3, 0, 0), votes: ['b', 'e'] });
    server.receive('c', { ...vote(3, 0, 0), votes: ['c'] });
    expect(() => server.receive('c', { ...vote(3, 0, 0), votes: ['c', 'e'] })).toThrow(
      'e voted twice in term 3: for b and c',
    );
  });

  it('and so does a leader that hears another of its own term', () => {
    const server = alone();
    elect(server);
    const beat = {
      type: 'append-entries',
      term: 1,
      prevLogIndex: 0,
      prevLogTerm: 0,
      entries: [],
      leaderCommit: 0,
      round: 0,
      votes: [],
    } as const;
    expect(() => server.receive('c', beat)).toThrow('two leaders in term 1: a and c');
  });
});
