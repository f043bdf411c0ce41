import { describe, expect, it } from 'vitest';
import type { AppendEntriesReply } from '../../../systems/raft/messages.ts';
import { alone, diskWith, elect, read, write } from './alone.ts';
import { testCluster } from './cluster.ts';

const match = (matchIndex: number, round: number, term = 1): AppendEntriesReply => ({
  type: 'append-entries-reply',
  success: true,
  term,
  matchIndex,
  round,
});

/** A leader of term 1 whose no-op, entry 1, is committed. */
function leading() {
  const server = alone();
  elect(server);
  server.settle();
  server.receive('b', match(1, 0));
  return server;
}

describe('a read', () => {
  it('is answered once a quorum has confirmed the leader in a round that began after it came', () => {
    const server = leading();
    const id = server.request(read('x'));
    server.receive('b', match(1, 0));
    expect(server.response(id)).toBeUndefined();
    server.receive('b', match(1, 1));
    expect(server.response(id)).toEqual({ type: 'ok', value: null });
  });

  it('that comes during a round waits for the next', () => {
    const server = leading();
    const first = server.request(read('x'));
    const second = server.request(read('x'));
    server.receive('b', match(1, 1));
    expect([first, second].map((id) => server.response(id)?.type)).toEqual(['ok', undefined]);
    server.receive('c', match(1, 1));
    expect(server.response(second)).toBeUndefined();
    server.receive('c', match(1, 2));
    expect(server.response(second)?.type).toBe('ok');
  });

  it('is confirmed by a rejection as well: that server too knew of no later leader', () => {
    const server = leading();
    const id = server.request(read('x'));
    server.receive('c', {
      type: 'append-entries-reply',
      success: false,
      term: 1,
      prevLogIndex: 0,
      conflictIndex: 1,
      conflictTerm: 0,
      round: 1,
    });
    expect(server.response(id)?.type).toBe('ok');
  });

  it('is not confirmed by an answer of another term, whatever its round', () => {
    const server = alone({ image: diskWith(4, []) });
    elect(server);
    server.settle();
    server.receive('b', match(1, 0, 5));
    const id = server.request(read('x'));
    server.receive('b', match(1, 9, 4));
    server.receive('c', match(1, 9, 3));
    expect(server.response(id)).toBeUndefined();
  });

  it('waits for an entry of the leader’s own term, before which it can’t know what is committed', () => {
    const server = alone({ image: diskWith(4, [4]) });
    elect(server);
    server.settle();
    const id = server.request(read('x'));
    server.receive('b', match(1, 0, 5));
    server.receive('c', match(1, 0, 5));
    expect(server.pass(100).some(({ message }) => 'round' in message && message.round > 0)).toBe(false);
    expect(server.response(id)).toBeUndefined();
    server.receive('b', match(2, 0, 5));
    server.receive('b', match(2, 1, 5));
    expect(server.response(id)).toEqual({ type: 'ok', value: '4.1' });
  });

  it('has its round asked for again when that got lost', () => {
    const server = leading();
    server.request(read('x'));
    server.pass(0);
    const rounds = server.pass(60).flatMap(({ message }) => ('round' in message ? [message.round] : []));
    expect(rounds).toEqual([1, 1]);
  });

  it('is redirected when the leader steps down first', () => {
    const server = leading();
    const id = server.request(read('x'));
    server.pass(1_000);
    expect(server.probe('role')).not.toBe('leader');
    expect(server.response(id)).toEqual({ type: 'redirect', leader: null });
  });

  it('that waited for a round when the leader stepped down is not asked again when it leads the next term', () => {
    const server = leading();
    const ids = [server.request(read('x')), server.request(read('x'))];
    server.pass(1_000);
    expect(ids.map((id) => server.response(id)?.type)).toEqual(['redirect', 'redirect']);
    elect(server);
    server.settle();
    const term = Number(server.probe('term'));
    server.receive('b', match(2, 0, term));
    server.receive('b', match(2, 1, term));
    server.receive('c', match(2, 1, term));
    const again = server.request(read('x'));
    server.receive('b', match(2, 1, term));
    expect(server.response(again)?.type).toBe('ok');
  });

  it('is not answered by a leader that is cut off while another takes over', () => {
    const cluster = testCluster({ nodes: ['a', 'b', 'c', 'd', 'e'] });
    const old = cluster.elect();
    expect(cluster.ask(old, write('x', 1))).toEqual({ type: 'ok' });
    cluster.isolate(old);
    const stale = cluster.call(old, read('x'));
    const next = cluster.elect(old);
    expect(cluster.ask(next, write('x', 2))).toEqual({ type: 'ok' });
    cluster.run(2_000);
    cluster.heal();
    cluster.run(1_000);
    expect(stale.response).toEqual({ type: 'redirect', leader: null });
    expect(cluster.ask(next, read('x'))).toEqual({ type: 'ok', value: 2 });
  });

  it('sees every write that was acknowledged before it, also right after a change of leader', () => {
    const cluster = testCluster();
    let leader = cluster.elect();
    for (let i = 0; i < 5; i++) {
      expect(cluster.ask(leader, write('x', i))).toEqual({ type: 'ok' });
      cluster.crash(leader);
      const next = cluster.elect(leader);
      expect(cluster.ask(next, read('x'))).toEqual({ type: 'ok', value: i });
      cluster.restart(leader);
      leader = next;
      cluster.run(500);
    }
  });
});
