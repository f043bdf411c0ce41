import { describe, expect, it } from 'vitest';
import type { AppendEntries, AppendEntriesReply, Entry } from '../../../systems/raft/messages.ts';
import type { Alone, Sent } from './alone.ts';
import { alone, diskWith, elect, write } from './alone.ts';
import { testCluster } from './cluster.ts';

const entries = (...terms: readonly number[]): Entry[] => terms.map((term) => ({ term, command: null }));

const append = (term: number, prev: readonly [number, number], terms: readonly number[], rest = {}): AppendEntries => ({
  type: 'append-entries',
  term,
  prevLogIndex: prev[0],
  prevLogTerm: prev[1],
  entries: entries(...terms),
  leaderCommit: 0,
  round: 0,
  votes: [],
  ...rest,
});

const match = (term: number, matchIndex: number, round = 0): AppendEntriesReply => ({
  type: 'append-entries-reply',
  success: true,
  term,
  matchIndex,
  round,
});

const appends = (sent: readonly Sent[], to: string): AppendEntries[] =>
  sent.flatMap((one) => (one.to === to && one.message.type === 'append-entries' ? [one.message] : []));

/** The terms of a server's log, from index 1 on, as its disk has them. */
function logOf(server: Alone): number[] {
  server.settle();
  const records = (server.crash().logs.get('log')?.records ?? []) as readonly Entry[];
  return records.slice(1).map(({ term }) => term);
}

describe('a follower', () => {
  it('acknowledges nothing before it is durable', () => {
    const server = alone({ image: diskWith(1, [1]) });
    expect(server.receive('b', append(1, [1, 1], [1, 1]))).toEqual([]);
    expect(server.synced()).toEqual([{ to: 'b', message: match(1, 3) }]);
  });

  it('acknowledges at each sync what that covers, though more has come meanwhile', () => {
    const server = alone({ image: diskWith(1, []) });
    server.receive('b', append(1, [0, 0], [1]));
    server.receive('b', append(1, [1, 1], [1]));
    expect(server.synced()).toEqual([{ to: 'b', message: match(1, 1) }]);
    expect(server.synced()).toEqual([{ to: 'b', message: match(1, 2) }]);
  });

  it('answers a heartbeat at once, for what is durable', () => {
    const server = alone({ image: diskWith(1, []) });
    server.receive('b', append(1, [0, 0], [1]));
    expect(server.receive('b', append(1, [1, 1], [], { round: 7 }))).toEqual([{ to: 'b', message: match(1, 0, 7) }]);
    expect(server.synced()).toEqual([{ to: 'b', message: match(1, 1, 7) }]);
  });

  it('does not answer a leader of a new term before the term is durable', () => {
    const server = alone({ image: diskWith(1, [1]) });
    expect(server.receive('b', append(2, [1, 1], []))).toEqual([]);
    expect(server.synced()).toEqual([{ to: 'b', message: match(2, 1) }]);
  });

  it('does not acknowledge to a new leader what it took from the old one, when the sync of that completes', () => {
    const server = alone({ image: diskWith(1, [1]) });
    server.receive('b', append(1, [1, 1], [1, 1]));
    server.receive('c', append(2, [1, 1], []));
    const sent = server.settle();
    expect(sent.filter(({ to }) => to === 'b')).toEqual([]);
    expect(sent.filter(({ to }) => to === 'c').at(-1)).toEqual({ to: 'c', message: match(2, 1) });
  });

  it('does not take a sync for one of entries that replaced those it covered', () => {
    const server = alone({ image: diskWith(1, [1]) });
    server.receive('b', append(1, [1, 1], [1]));
    server.receive('c', append(2, [1, 1], [2]));
    expect(server.synced().filter(({ message }) => 'matchIndex' in message && message.matchIndex > 1)).toEqual([]);
    expect(server.synced()).toEqual([{ to: 'c', message: match(2, 2) }]);
  });

  it('truncates on a conflict only: a late message does not cut off what came after it', () => {
    const server = alone({ image: diskWith(1, []) });
    server.receive('b', append(1, [0, 0], [1]));
    server.receive('b', append(1, [1, 1], [1, 1]));
    server.receive('b', append(1, [0, 0], [1]));
    server.receive('b', append(1, [0, 0], []));
    expect(logOf(server)).toEqual([1, 1, 1]);
    expect(server.probed('log-truncated')).toBe(0);
  });

  it('replaces a conflicting suffix, on disk too', () => {
    const server = alone({ image: diskWith(3, [1, 2, 2, 3]) });
    server.receive('b', append(4, [2, 2], [4]));
    expect(logOf(server)).toEqual([1, 2, 4]);
    expect(server.probed('log-truncated')).toBe(1);
  });

  it('acknowledges only what the message shows to match, not the whole of its own log', () => {
    const server = alone({ image: diskWith(3, [1, 1, 2, 2]) });
    expect(server.receive('b', append(3, [1, 1], [1]))).toEqual([{ to: 'b', message: match(3, 2) }]);
  });

  it('commits no further than that, whatever the leader has committed', () => {
    const server = alone({ image: diskWith(3, [1, 1, 2, 2]) });
    server.receive('b', append(3, [1, 1], [1], { leaderCommit: 4 }));
    expect(server.probe('commit')).toBe(2);
  });

  it('never goes back behind what is committed', () => {
    const server = alone({ image: diskWith(3, [1, 1, 1]) });
    server.receive('b', append(3, [3, 1], [], { leaderCommit: 3 }));
    server.receive('b', append(3, [1, 1], [], { leaderCommit: 1 }));
    expect(server.probe('commit')).toBe(3);
    expect(() => server.receive('c', append(4, [1, 1], [4]))).toThrow('has another entry at 2, which is committed');
  });

  it('turns away a leader of the past, and tells it the term', () => {
    const server = alone({ image: diskWith(3, [1]) });
    expect(server.receive('b', append(2, [1, 1], [2]))).toMatchObject([
      { to: 'b', message: { success: false, term: 3 } },
    ]);
    expect(logOf(server)).toEqual([1]);
  });

  it.each([
    { name: 'its log is too short', log: [1, 1], prev: [5, 3], conflictIndex: 3, conflictTerm: 0 },
    { name: 'a term differs', log: [1, 2, 2, 2, 2], prev: [4, 3], conflictIndex: 2, conflictTerm: 2 },
  ] as const)('says where to look when $name', ({ log, prev, conflictIndex, conflictTerm }) => {
    const server = alone({ image: diskWith(3, log) });
    const [reply] = server.receive('b', append(3, prev, [3]));
    expect(reply?.message).toMatchObject({ success: false, prevLogIndex: prev[0], conflictIndex, conflictTerm });
  });
});

describe('a leader', () => {
  it('begins its term with a no-op', () => {
    const server = alone();
    const sent = elect(server);
    expect(appends(sent, 'b')).toMatchObject([{ prevLogIndex: 0, entries: [{ term: 1, command: null }] }]);
  });

  it('sends before its own sync, but does not count itself before', () => {
    const server = alone();
    elect(server);
    const id = server.request(write('x', 1));
    server.receive('b', match(1, 2));
    expect(server.probe('commit')).toBe(0);
    expect(server.response(id)).toBeUndefined();
    server.settle();
    expect(server.probe('commit')).toBe(2);
    expect(server.response(id)).toEqual({ type: 'ok' });
  });

  it('commits without its own disk when a majority of others has the entry', () => {
    const server = alone();
    elect(server);
    server.receive('b', match(1, 1));
    server.receive('c', match(1, 1));
    expect(server.probe('commit')).toBe(1);
  });

  it('takes late and doubled answers as what they are', () => {
    const server = alone();
    elect(server);
    server.request(write('x', 1));
    server.settle();
    server.receive('b', match(1, 2));
    server.receive('b', match(1, 1));
    server.receive('b', match(1, 0));
    expect(server.probe('commit')).toBe(2);
    const [next] = appends([...server.pass(60)], 'b');
    expect(next?.prevLogIndex).toBe(2);
  });

  it('ignores answers of another term', () => {
    const server = alone({ image: diskWith(4, []) });
    elect(server);
    server.settle();
    server.receive('b', match(4, 1));
    expect(server.probe('commit')).toBe(0);
  });

  it('pipelines a bounded number of messages, and goes on when they are answered', () => {
    const server = alone({ settings: { maxInflight: 2 } });
    elect(server);
    server.receive('b', match(1, 1));
    const ids = [1, 2, 3, 4, 5].map((value) => server.request(write('x', value)));
    server.settle();
    expect(ids).toHaveLength(5);
    const resumed = appends(server.receive('b', match(1, 2)), 'b').filter((message) => message.entries.length > 0);
    // Entries 2 and 3 were under way; 4 to 6 had to wait, and now go together.
    expect(resumed).toMatchObject([{ prevLogIndex: 3 }]);
    expect(resumed[0]?.entries).toHaveLength(3);
  });

  it('finds out that the end of what it sent got lost, and sends it again', () => {
    const cluster = testCluster();
    const leader = cluster.elect();
    cluster.run(200);
    const others = cluster.names.filter((id) => id !== leader);
    let lost = 0;
    cluster.setNetwork((_from, _to, message) => {
      if (message.type === 'append-entries' && message.entries.length > 0 && lost < 2) {
        lost++;
        return [];
      }
      return [1];
    });
    expect(cluster.ask(leader, write('x', 1), 200)).toEqual({ type: 'ok' });
    cluster.run(200);
    expect(others.map((id) => cluster.probe(id, 'commit'))).toEqual([2, 2]);
  });

  it('ignores a late rejection of what has been accepted since', () => {
    const server = alone();
    elect(server);
    server.settle();
    server.receive('b', match(1, 1));
    const late = {
      type: 'append-entries-reply',
      success: false,
      term: 1,
      prevLogIndex: 1,
      conflictIndex: 1,
      conflictTerm: 0,
      round: 0,
      votes: [],
    } as const;
    expect(server.receive('b', late)).toEqual([]);
  });

  it('looks once for where the logs meet for each answer: a rejection that comes twice is one', () => {
    const server = alone({ image: diskWith(3, [1, 1, 2, 2]) });
    elect(server, ['c']);
    const rejection = {
      type: 'append-entries-reply',
      success: false,
      term: 4,
      prevLogIndex: 4,
      conflictIndex: 3,
      conflictTerm: 0,
      round: 0,
    } as const;
    expect(appends(server.receive('b', rejection), 'b')).toMatchObject([{ prevLogIndex: 2 }]);
    expect(server.receive('b', rejection)).toEqual([]);
  });

  it('answers only what fits: too many commands at once are refused', () => {
    const server = alone({ settings: { maxPending: 3 } });
    elect(server);
    const ids = [1, 2, 3].map((value) => server.request(write('x', value)));
    expect(ids.map((id) => server.response(id))).toEqual([undefined, undefined, { type: 'fail', error: 'overloaded' }]);
  });

  it('answers `info` for commands that it leaves behind, and sends clients to the new leader', () => {
    const server = alone();
    elect(server);
    const id = server.request(write('x', 1));
    server.receive('c', append(2, [0, 0], [2]));
    expect(server.response(id)).toMatchObject({ type: 'info' });
    expect(server.response(server.request(write('x', 2)))).toEqual({ type: 'redirect', leader: 'c' });
  });

  it('refuses at once what no state could carry out', () => {
    const server = alone();
    elect(server);
    expect(server.response(server.request({ f: 'frobnicate', key: 'x' }))).toMatchObject({
      type: 'fail',
      error: expect.stringContaining('unknown operation "frobnicate"') as string,
    });
    expect(server.response(server.request({ f: 'cas', key: 'x', value: 1 }))).toMatchObject({ type: 'fail' });
  });
});

describe('figure 7: logs that a new leader may meet', () => {
  const leaderLog = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
  const followers: Record<string, readonly number[]> = {
    'a (an entry is missing)': [1, 1, 1, 4, 4, 5, 5, 6, 6],
    'b (many are missing)': [1, 1, 1, 4],
    'c (one too many)': [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    'd (entries of a later term)': [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    'e (missing and too many)': [1, 1, 1, 4, 4, 4, 4],
    'f (of terms that the leader never saw)': [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  };

  it.each(Object.entries(followers))('%s', (_name, log) => {
    const leader = alone({ image: diskWith(7, leaderLog) });
    const follower = alone({ image: diskWith(7, log) });
    let toFollower = elect(leader, ['c']).filter(({ to }) => to === 'b');
    let rounds = 0;
    while (toFollower.length > 0 && rounds++ < 10) {
      const replies = toFollower.flatMap(({ message }) => [...follower.receive('b', message), ...follower.settle()]);
      toFollower = replies.flatMap(({ message }) => leader.receive('b', message)).filter(({ to }) => to === 'b');
    }
    // One rejection at most for each term that differs, not one for each entry.
    expect(rounds).toBeLessThanOrEqual(5);
    expect(logOf(follower)).toEqual([...leaderLog, 8]);
  });
});

describe('figure 8', () => {
  it('an entry of an earlier term is not committed by counting, but by one of the current term', () => {
    const server = alone({ peers: ['b', 'c', 'd', 'e'], image: diskWith(3, [1, 2]) });
    elect(server, ['b', 'c']);
    server.settle();
    server.receive('b', match(4, 2));
    server.receive('c', match(4, 2));
    expect(server.probe('commit')).not.toBe(2);
    server.receive('b', match(4, 3));
    server.receive('c', match(4, 3));
    expect(server.probe('commit')).toBe(3);
  });
});

describe('a cluster', () => {
  it('goes on with a minority down, and brings it up to date afterwards', () => {
    const cluster = testCluster({ nodes: ['a', 'b', 'c', 'd', 'e'] });
    const leader = cluster.elect();
    const down = cluster.names.filter((id) => id !== leader).slice(0, 2);
    for (const id of down) cluster.crash(id);
    for (let i = 0; i < 20; i++) expect(cluster.ask(leader, write('x', i))).toEqual({ type: 'ok' });
    for (const id of down) cluster.restart(id);
    cluster.run(2_000);
    expect(cluster.names.map((id) => cluster.probe(id, 'applied'))).toEqual([21, 21, 21, 21, 21]);
  });

  it('keeps everything that was acknowledged when all servers crash at once', () => {
    const cluster = testCluster();
    const leader = cluster.elect();
    for (let i = 0; i < 20; i++)
      expect(cluster.ask(leader, { f: 'append', key: 'x', value: i })).toEqual({ type: 'ok' });
    for (const id of cluster.names) cluster.crash(id);
    for (const id of cluster.names) cluster.restart(id);
    expect(cluster.ask(cluster.elect(), { f: 'read', key: 'x' })).toEqual({
      type: 'ok',
      value: Array.from({ length: 20 }, (_, i) => i),
    });
  });
});
