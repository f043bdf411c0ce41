import { describe, expect, it } from 'vitest';
import type { DiskImage } from '../../../systems/protocol.ts';
import type { Entry, InstallSnapshot, Snapshot } from '../../../systems/raft/messages.ts';
import { alone, diskWith, elect, read } from './alone.ts';
import { testCluster } from './cluster.ts';

const settings = { snapshotEvery: 10, snapshotRetain: 3, snapshotChunkBytes: 40 };
const append = (value: number) => ({ f: 'append', key: 'x', value });
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

const data = JSON.stringify({ values: [['x', 'from the snapshot']], sessions: [] });
const size = 10;

/** Chunk `i` of a snapshot up to entry 20. */
const chunk = (i: number, rest: Partial<InstallSnapshot> = {}): InstallSnapshot => ({
  type: 'install-snapshot',
  term: 5,
  lastIncludedIndex: 20,
  lastIncludedTerm: 4,
  offset: i * size,
  data: data.slice(i * size, (i + 1) * size),
  done: (i + 1) * size >= data.length,
  round: 0,
  ...rest,
});
const chunks = Math.ceil(data.length / size);

describe('compaction', () => {
  it('cuts the log and keeps a tail', () => {
    const cluster = testCluster({ settings });
    const leader = cluster.elect();
    for (const i of numbers(25)) cluster.ask(leader, append(i));
    expect(cluster.probe(leader, 'snapshot')).toBe(20);
    cluster.crash(leader);
    cluster.restart(leader);
    expect(cluster.probe(leader, 'commit')).toBe(20);
    expect(cluster.ask(cluster.elect(), { f: 'read', key: 'x' })).toEqual({ type: 'ok', value: numbers(25) });
  });

  it('writes the snapshot before it cuts the log, so that a crash in between loses nothing', () => {
    const server = alone({ settings, peers: [] });
    server.pass(800);
    server.settle();
    for (const i of numbers(9)) server.request(append(i));
    server.settle();
    expect(server.probe('snapshot')).toBe(10);
    const again = alone({ settings, peers: [], image: server.crash() });
    again.pass(800);
    again.settle();
    const id = again.request(read('x'));
    expect(again.response(id)).toEqual({ type: 'ok', value: numbers(9) });
  });

  it('survives a crash after any number of its writes', () => {
    for (let kept = 0; ; kept++) {
      const server = alone({
        settings: { ...settings, snapshotRetain: 0 },
        image: diskWith(1, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
      });
      server.receive('b', {
        type: 'append-entries',
        term: 1,
        prevLogIndex: 10,
        prevLogTerm: 1,
        entries: [],
        leaderCommit: 10,
        round: 0,
        votes: [],
      });
      const writes = server.syncing();
      expect(writes).toBeGreaterThan(1);
      expect(alone({ settings, image: server.crash(kept) }).probe('commit')).toBe(kept === 0 ? 0 : 10);
      if (kept === writes) break;
    }
  });
});

describe('a follower that lags behind the log', () => {
  it('gets the snapshot in chunks, then the rest', () => {
    const cluster = testCluster({ settings });
    const leader = cluster.elect();
    const behind = cluster.names.find((id) => id !== leader) ?? '';
    cluster.crash(behind);
    for (const i of numbers(55)) cluster.ask(leader, append(i));
    cluster.restart(behind);
    cluster.run(1_000);
    expect(cluster.passed('snapshot-installed')).toBe(1);
    expect(cluster.probe(behind, 'applied')).toBe(56);
    for (const i of numbers(5)) cluster.ask(leader, append(55 + i));
    cluster.crash(leader);
    expect(cluster.ask(cluster.elect(leader), { f: 'read', key: 'x' })).toEqual({ type: 'ok', value: numbers(60) });
  });

  it('gets it though chunks are lost, doubled and reordered, and the log is cut again meanwhile', () => {
    const cluster = testCluster({ settings });
    const leader = cluster.elect();
    const behind = cluster.names.find((id) => id !== leader) ?? '';
    cluster.crash(behind);
    for (const i of numbers(35)) cluster.ask(leader, append(i));
    let n = 0;
    cluster.setNetwork((_from, to, message) => {
      if (!message.type.startsWith('install')) return [1];
      n++;
      return n % 3 === 0 ? [] : n % 2 === 0 ? [1, 30] : to === behind ? [7] : [1];
    });
    cluster.restart(behind);
    cluster.run(40);
    for (const i of numbers(30)) cluster.ask(leader, append(35 + i));
    expect(cluster.run(5_000, () => cluster.probe(behind, 'applied') === 66)).toBe(true);
  });

  it('begins anew when it crashes half way', () => {
    const cluster = testCluster({ settings });
    const leader = cluster.elect();
    const behind = cluster.names.find((id) => id !== leader) ?? '';
    cluster.crash(behind);
    for (const i of numbers(55)) cluster.ask(leader, append(i));
    let chunksSeen = 0;
    cluster.setNetwork((_from, _to, message) => {
      if (message.type === 'install-snapshot' && message.offset > 0) chunksSeen++;
      return [1];
    });
    cluster.restart(behind);
    cluster.run(1_000, () => chunksSeen === 3);
    expect(cluster.passed('snapshot-installed')).toBe(0);
    cluster.crash(behind);
    cluster.run(100);
    cluster.restart(behind);
    expect(cluster.run(2_000, () => cluster.probe(behind, 'applied') === 56)).toBe(true);
  });
});

describe('installing a snapshot', () => {
  const follower = (image: DiskImage = diskWith(5, [1, 2])) => alone({ image });

  it('is acknowledged when it is durable', () => {
    const server = follower();
    for (let i = 0; i < chunks - 1; i++) {
      expect(server.receive('b', chunk(i))[0]?.message).toMatchObject({ offset: i * size, nextOffset: (i + 1) * size });
    }
    expect(server.receive('b', chunk(chunks - 1))).toEqual([]);
    expect(server.probe('snapshot')).toBe(20);
    expect(server.settle()).toMatchObject([{ to: 'b', message: { success: true, matchIndex: 20 } }]);
    const records = server.crash().logs.get('log');
    expect(records).toEqual({ first: 20, records: [{ term: 4, command: null }] });
  });

  it('survives a crash after any number of its writes', () => {
    for (let kept = 0; ; kept++) {
      const server = follower();
      for (let i = 0; i < chunks; i++) server.receive('b', chunk(i));
      const writes = server.syncing();
      const again = follower(server.crash(kept));
      expect(again.probe('commit')).toBe(kept === 0 ? 0 : 20);
      // Whatever was kept, the log that comes next fits.
      again.receive('b', {
        type: 'append-entries',
        term: 5,
        prevLogIndex: 20,
        prevLogTerm: 4,
        entries: [{ term: 5, command: null }],
        leaderCommit: 21,
        round: 0,
        votes: [],
      });
      expect(again.probe('commit')).toBe(kept === 0 ? 0 : 21);
      if (kept === writes) break;
    }
  });

  it('keeps entries after it when the log agrees with it', () => {
    const terms = [...Array<number>(20).fill(4), 5, 5];
    const server = follower(diskWith(5, terms));
    for (let i = 0; i < chunks; i++) server.receive('b', chunk(i));
    server.settle();
    const records = (server.crash().logs.get('log')?.records ?? []) as readonly Entry[];
    expect(records.slice(-2).map(({ term }) => term)).toEqual([5, 5]);
    expect(server.probe('commit')).toBe(20);
  });

  it('does nothing when as much is committed already', () => {
    const server = follower(diskWith(5, Array<number>(22).fill(4)));
    server.receive('b', {
      type: 'append-entries',
      term: 5,
      prevLogIndex: 22,
      prevLogTerm: 4,
      entries: [],
      leaderCommit: 21,
      round: 0,
      votes: [],
    });
    expect(server.receive('b', chunk(0))[0]?.message).toMatchObject({ success: true, matchIndex: 22 });
    for (let i = 1; i < chunks; i++) server.receive('b', chunk(i));
    expect(server.probed('snapshot-installed')).toBe(0);
    expect(server.probe('commit')).toBe(21);
  });

  it('asks for the chunk that it lacks, and takes none twice', () => {
    const server = follower();
    server.receive('b', chunk(0));
    expect(server.receive('b', chunk(0))[0]?.message).toMatchObject({ offset: 0, nextOffset: size });
    expect(server.receive('b', chunk(2))[0]?.message).toMatchObject({ offset: 2 * size, nextOffset: size });
    for (let i = 1; i < chunks; i++) server.receive('b', chunk(i));
    expect((server.crash(100).values.get('snapshot') as Snapshot).data).toBe(data);
  });

  it('does not mix chunks of two leaders, or of two snapshots', () => {
    const server = follower();
    server.receive('b', chunk(0));
    expect(server.receive('c', chunk(1, { term: 6 }))[0]?.message).toMatchObject({ nextOffset: 0 });
    server.receive('c', chunk(0, { term: 6 }));
    expect(server.receive('c', chunk(1, { term: 6, lastIncludedIndex: 30 }))[0]?.message).toMatchObject({
      nextOffset: 0,
    });
    expect(server.receive('c', chunk(1, { term: 6 }))).toEqual([]);
  });

  it('by a leader whose log no longer reaches back is what a rejection ends in', () => {
    const server = alone({
      settings,
      image: diskWith(
        1,
        Array.from({ length: 12 }, () => 1),
      ),
    });
    elect(server);
    server.settle();
    server.receive('b', { type: 'append-entries-reply', success: true, term: 2, matchIndex: 13, round: 0 });
    expect(server.probe('snapshot')).toBe(13);
    const sent = server.receive('c', {
      type: 'append-entries-reply',
      success: false,
      term: 2,
      prevLogIndex: 12,
      conflictIndex: 1,
      conflictTerm: 0,
      round: 0,
    });
    expect(sent).toMatchObject([{ to: 'c', message: { type: 'install-snapshot', lastIncludedIndex: 13, offset: 0 } }]);
  });

  it('goes on with the next chunk once for each answer, however often that comes', () => {
    const server = alone({
      settings: { ...settings, snapshotChunkBytes: 5 },
      image: diskWith(1, Array<number>(12).fill(1)),
    });
    elect(server);
    server.settle();
    server.receive('b', { type: 'append-entries-reply', success: true, term: 2, matchIndex: 13, round: 0 });
    server.receive('c', {
      type: 'append-entries-reply',
      success: false,
      term: 2,
      prevLogIndex: 12,
      conflictIndex: 1,
      conflictTerm: 0,
      round: 0,
    });
    const answer = {
      type: 'install-snapshot-reply',
      term: 2,
      lastIncludedIndex: 13,
      offset: 0,
      nextOffset: 5,
      round: 0,
    } as const;
    expect(server.receive('c', answer)).toMatchObject([{ to: 'c', message: { offset: 5 } }]);
    expect(server.receive('c', answer)).toEqual([]);
    expect(server.receive('c', { ...answer, lastIncludedIndex: 10, offset: 5, nextOffset: 10 })).toEqual([]);
  });
});
