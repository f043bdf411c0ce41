import { describe, expect, it } from 'vitest';
import type { DiskImage, Json, NodeId, Request, Response } from '../../../systems/protocol.ts';
import type { LogView, RaftState } from '../../../systems/raft/inspection.ts';
import { invariants } from '../../../systems/raft/invariants/index.ts';
import type { Entry, HardState, Snapshot } from '../../../systems/raft/messages.ts';

const write = (value: Json): Request => ({ f: 'write', key: 'x', value });
const entry = (term: number, value: Json = term): Entry => ({ term, command: write(value) });

/** Entries from index 1 on, after a base at 0. */
function logOf(entries: readonly Entry[]): LogView {
  const all = [{ term: 0, command: null }, ...entries];
  const at = (index: number): Entry => {
    const found = all[index];
    if (found === undefined) throw new RangeError(`no entry ${index}`);
    return found;
  };
  return { first: 0, lastIndex: entries.length, entry: at, matches: (index, term) => all[index]?.term === term };
}

type Some = Partial<Omit<RaftState, 'log'>> & { readonly entries?: readonly Entry[] };

function server({ entries = [], ...state }: Some = {}): RaftState {
  return {
    term: 1,
    votedFor: null,
    role: 'follower',
    commitIndex: 0,
    lastApplied: 0,
    snapshot: null,
    voters: new Set(),
    roundHeard: 0,
    roundConfirmed: 0,
    queues: () => undefined,
    log: logOf(entries),
    ...state,
  };
}

interface Stored {
  readonly hardState?: HardState;
  readonly entries?: readonly Entry[];
}

function diskOf({ hardState, entries = [] }: Stored): DiskImage {
  return {
    values: new Map<string, Json>(hardState === undefined ? [] : [['hard-state', hardState]]),
    logs: new Map([['log', { first: 0, records: [{ term: 0, command: null }, ...entries] }]]),
  };
}

/** A cluster whose state a test sets, watched by one invariant. */
function watched(name: string) {
  const nodes: readonly NodeId[] = ['a', 'b', 'c'];
  const states = new Map<NodeId, RaftState>();
  const disks = new Map<NodeId, DiskImage>();
  const found = invariants.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no invariant ${name}`);
  const watch = found.watch({
    nodes,
    node: (id) => states.get(id) ?? null,
    disk: (id) => disks.get(id) ?? diskOf({}),
  });
  return {
    /** The node has become so. */
    is: (id: NodeId, state: Some): string | null => {
      states.set(id, server(state));
      return watch.onEvent?.(id) ?? null;
    },
    stores: (id: NodeId, stored: Stored): string | null => {
      disks.set(id, diskOf(stored));
      return watch.onEvent?.(id) ?? null;
    },
    falls: (id: NodeId): void => {
      states.delete(id);
    },
    answers: (id: NodeId, request: Request, response: Response): string | null =>
      watch.onReply?.(id, request, response) ?? null,
  };
}

describe('election-safety', () => {
  it('lets every term have a leader, and one server lead several', () => {
    const { is } = watched('election-safety');
    expect(is('a', { role: 'leader', term: 1 })).toBeNull();
    expect(is('b', { role: 'candidate', term: 1 })).toBeNull();
    expect(is('b', { role: 'leader', term: 2 })).toBeNull();
    expect(is('a', { role: 'leader', term: 3 })).toBeNull();
  });

  it('sees a second leader of a term, also when the first is down', () => {
    const { is, falls } = watched('election-safety');
    is('a', { role: 'leader', term: 2 });
    falls('a');
    expect(is('c', { role: 'leader', term: 2 })).toBe('two leaders in term 2: a and c');
  });
});

describe('leader-append-only', () => {
  it('lets a leader append, and a follower truncate', () => {
    const { is } = watched('leader-append-only');
    const first = entry(1);
    expect(is('a', { role: 'leader', entries: [first] })).toBeNull();
    expect(is('a', { role: 'leader', entries: [first, entry(1, 2)] })).toBeNull();
    expect(is('a', { role: 'follower', term: 2, entries: [] })).toBeNull();
    expect(is('a', { role: 'leader', term: 3, entries: [entry(2)] })).toBeNull();
  });

  it('sees a leader cut its log, and one that overwrites its last entry', () => {
    const { is } = watched('leader-append-only');
    is('a', { role: 'leader', entries: [entry(1), entry(1, 2)] });
    expect(is('a', { role: 'leader', entries: [entry(1)] })).toBe('a, leader of term 1, has cut its log from 2 to 1');
    is('b', { role: 'leader', term: 2, entries: [entry(1)] });
    expect(is('b', { role: 'leader', term: 2, entries: [entry(2), entry(2, 3)] })).toContain('has overwritten entry 1');
  });
});

describe('log-matching', () => {
  it('lets logs differ in length, and in entries of different terms', () => {
    const { is } = watched('log-matching');
    expect(is('a', { entries: [entry(1), entry(1, 2)] })).toBeNull();
    expect(is('b', { entries: [entry(1)] })).toBeNull();
    expect(is('c', { entries: [entry(1), entry(3)] })).toBeNull();
  });

  it('sees another command at the same index and term, and another past before the same entry', () => {
    const { is } = watched('log-matching');
    is('a', { entries: [entry(1), entry(2)] });
    expect(is('b', { entries: [entry(1, 'other')] })).toBe('entry 1 of term 1 is another one at b');
    expect(is('c', { entries: [entry(2, 'before'), entry(2)] })).toBe(
      'entry 2 of term 2 follows one of term 2 at c, elsewhere one of term 1',
    );
  });
});

describe('leader-completeness', () => {
  it('lets leaders of later terms have what is committed, and those of earlier ones lack it', () => {
    const { is } = watched('leader-completeness');
    expect(is('a', { role: 'leader', term: 1, entries: [] })).toBeNull();
    expect(is('b', { term: 2, entries: [entry(2)], commitIndex: 1 })).toBeNull();
    expect(is('c', { role: 'leader', term: 3, entries: [entry(2), entry(3)] })).toBeNull();
  });

  it('counts from the term in which an entry was committed, not from that of the entry', () => {
    const { is } = watched('leader-completeness');
    is('a', { role: 'leader', term: 2, entries: [] });
    expect(is('b', { role: 'leader', term: 3, entries: [entry(1)], commitIndex: 1 })).toBeNull();
    expect(is('c', { role: 'leader', term: 4, entries: [] })).toBe(
      'c leads term 4 without entry 1 of term 1, which was committed in term 3',
    );
  });

  it('sees a later leader without a committed entry, whichever is known first', () => {
    const early = watched('leader-completeness');
    early.is('a', { term: 1, entries: [entry(1)], commitIndex: 1 });
    expect(early.is('b', { role: 'leader', term: 2, entries: [entry(2)] })).toBe(
      'b leads term 2 without entry 1 of term 1, which was committed in term 1',
    );
    const late = watched('leader-completeness');
    late.is('b', { role: 'leader', term: 2, entries: [entry(2)] });
    expect(late.is('a', { term: 1, entries: [entry(1)], commitIndex: 1 })).toContain('b leads term 2 without entry 1');
  });
});

describe('state-machine-safety', () => {
  const snapshot = (data: string, lastTerm = 1): Snapshot => ({ lastIndex: 1, lastTerm, data });

  it('lets servers apply the same entries at different times, and again after a restart', () => {
    const { is } = watched('state-machine-safety');
    expect(is('a', { entries: [entry(1), entry(1, 2)], lastApplied: 2 })).toBeNull();
    expect(is('b', { entries: [entry(1)], lastApplied: 1, snapshot: snapshot('one') })).toBeNull();
    expect(is('a', { entries: [entry(1)], lastApplied: 0 })).toBeNull();
    expect(is('a', { entries: [entry(1)], lastApplied: 1, snapshot: snapshot('one') })).toBeNull();
  });

  it('sees another entry applied at an index', () => {
    const { is } = watched('state-machine-safety');
    is('a', { entries: [entry(1)], lastApplied: 1 });
    expect(is('b', { entries: [entry(2)], lastApplied: 1 })).toBe(
      'b applied another entry at 1: of term 2, elsewhere of term 1',
    );
  });

  it('sees snapshots of one index that differ, and one that names another term than its entry has', () => {
    const { is } = watched('state-machine-safety');
    is('a', { entries: [entry(1)], lastApplied: 1, snapshot: snapshot('one') });
    expect(is('b', { snapshot: snapshot('two') })).toBe('the state after entry 1 is another one at b');
    const other = watched('state-machine-safety');
    other.is('a', { entries: [entry(1)], lastApplied: 1 });
    expect(other.is('b', { snapshot: snapshot('one', 4) })).toContain('says that entry 1 is of term 4');
  });
});

describe('acknowledged-durable', () => {
  const request = write('v');
  const stored = [{ term: 1, command: request }];

  it('lets a write be acknowledged that a majority has on disk, and reads at any time', () => {
    const { is, stores, answers } = watched('acknowledged-durable');
    is('a', { role: 'leader', entries: stored, lastApplied: 1 });
    stores('b', { entries: stored });
    stores('c', { entries: stored });
    expect(answers('a', request, { type: 'ok' })).toBeNull();
    const none = watched('acknowledged-durable');
    none.is('a', { role: 'leader', entries: stored, lastApplied: 1 });
    expect(none.answers('a', { f: 'read', key: 'x' }, { type: 'ok', value: 'v' })).toBeNull();
    expect(none.answers('a', request, { type: 'info', error: 'in doubt' })).toBeNull();
  });

  it('sees one that is on the disks of a minority', () => {
    const { is, stores, answers } = watched('acknowledged-durable');
    is('a', { role: 'leader', entries: stored, lastApplied: 1 });
    stores('b', { entries: stored });
    expect(answers('a', request, { type: 'ok' })).toBe('a acknowledged entry 1 of term 1, which is on disk only at b');
  });
});

describe('terms-advance', () => {
  const at = (term: number): Stored => ({ hardState: { term, votedFor: null } });

  it('lets a crash take back a term that was not on disk', () => {
    const { is, stores } = watched('terms-advance');
    stores('a', at(3));
    is('a', { term: 4 });
    expect(is('a', { term: 3 })).toBeNull();
  });

  it('sees a server go back behind what its disk holds', () => {
    const { is, stores } = watched('terms-advance');
    stores('a', at(4));
    is('a', { term: 4 });
    expect(is('a', { term: 3 })).toBe('a went back from term 4 to term 3');
  });
});

describe('votes-kept', () => {
  const voted = (term: number, votedFor: NodeId | null): Stored => ({ hardState: { term, votedFor } });

  it('lets a server vote once it is in a term, and again in the next', () => {
    const { stores } = watched('votes-kept');
    expect(stores('a', voted(1, null))).toBeNull();
    expect(stores('a', voted(1, 'b'))).toBeNull();
    expect(stores('a', voted(1, 'b'))).toBeNull();
    expect(stores('a', voted(2, 'c'))).toBeNull();
  });

  it('sees a vote that changes in its term, and one that is forgotten', () => {
    const { stores } = watched('votes-kept');
    stores('a', voted(1, 'b'));
    expect(stores('a', voted(1, 'c'))).toBe('a has voted for b in term 1, and now its disk says c');
    stores('c', voted(2, 'c'));
    expect(stores('c', voted(2, null))).toBe('c has voted for c in term 2, and now its disk says nobody');
  });
});

describe('votes-durable', () => {
  const voted = (term: number, votedFor: NodeId | null): Stored => ({ hardState: { term, votedFor } });
  const asks = (term: number, ...voters: readonly NodeId[]): Some => ({
    term,
    role: 'candidate',
    voters: new Set(voters),
  });

  it('lets votes be counted that are on disk, or were before a later term began', () => {
    const { is, stores } = watched('votes-durable');
    stores('a', voted(2, 'a'));
    expect(is('a', asks(2, 'a'))).toBeNull();
    stores('b', voted(2, 'a'));
    stores('b', voted(3, null));
    expect(is('a', asks(2, 'a', 'b'))).toBeNull();
    expect(is('a', { ...asks(2, 'a', 'b'), role: 'leader' })).toBeNull();
    // Whom one has asked before an election counts for nothing yet.
    expect(is('c', { ...asks(2, 'c', 'b'), role: 'pre-candidate' })).toBeNull();
  });

  it('sees a vote that is not on disk, one for another, and one of another term', () => {
    const { is, stores } = watched('votes-durable');
    expect(is('a', asks(1, 'a'))).toBe("a counts the vote of a in term 1, which was never on a's disk");
    stores('b', voted(2, 'b'));
    expect(is('b', asks(2, 'b'))).toBeNull();
    stores('c', voted(2, 'c'));
    expect(is('b', asks(2, 'b', 'c'))).toBe("b counts the vote of c in term 2, which was never on c's disk");
    stores('b', voted(3, 'b'));
    stores('a', voted(2, 'b'));
    expect(is('b', asks(3, 'b', 'a'))).toBe("b counts the vote of a in term 3, which was never on a's disk");
  });
});

describe('rounds-answered', () => {
  const leads = (term: number, roundConfirmed: number): Some => ({ term, role: 'leader', roundConfirmed });

  it('lets a round be answered by a majority, also by one that is in a later term by now', () => {
    const { is } = watched('rounds-answered');
    is('b', { term: 1, roundHeard: 3 });
    is('b', { term: 2, roundHeard: 0 });
    expect(is('a', leads(1, 0))).toBeNull();
    expect(is('a', leads(1, 3))).toBeNull();
    is('c', { term: 1, roundHeard: 5 });
    expect(is('a', leads(1, 5))).toBeNull();
  });

  it('sees a round that nobody else heard, or heard in another term only', () => {
    const { is } = watched('rounds-answered');
    is('b', { term: 1, roundHeard: 3 });
    expect(is('a', leads(1, 4))).toBe('a takes round 4 of term 1 for answered, of which a alone heard');
    expect(is('a', leads(2, 1))).toBe('a takes round 1 of term 2 for answered, of which a alone heard');
    is('b', { term: 2, roundHeard: 2 });
    expect(is('a', leads(2, 2))).toBeNull();
  });
});

describe('bounded-queues', () => {
  const holding = (length: number): Some => ({
    queues: (onQueue) => {
      onQueue('waiting reads', length, 10);
    },
  });

  it('lets a queue be full, and sees one that is more than full', () => {
    const { is } = watched('bounded-queues');
    expect(is('a', holding(10))).toBeNull();
    expect(is('a', holding(11))).toBe('a has 11 waiting reads, and at most 10 should be there');
  });
});

it('every invariant has a test here, a name of its own and a source', () => {
  expect(invariants.map(({ name }) => name)).toEqual([
    'election-safety',
    'leader-append-only',
    'log-matching',
    'leader-completeness',
    'state-machine-safety',
    'acknowledged-durable',
    'terms-advance',
    'votes-kept',
    'votes-durable',
    'rounds-answered',
    'bounded-queues',
  ]);
});
