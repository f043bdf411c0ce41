/** What the operations of each kind of data are called: tools of the field have different names for the same. */

export interface Calls<Call extends string> {
  /** The call that `f` means, or undefined. */
  of(f: string): Call | undefined;
  /** The same for an `f` that the model has accepted. Throws a TypeError for others. */
  known(f: string): Call;
  /** Why `f` is no operation of `what` (`a queue`), or null. */
  objection(what: string, f: string): string | null;
}

/** `names` holds all names of each call; a call is a name of itself. */
export function calls<Call extends string>(names: Readonly<Record<Call, readonly string[]>>): Calls<Call> {
  const all = Object.keys(names) as Call[];
  const meaning = new Map<string, Call>();
  for (const call of all) for (const name of [call, ...names[call]]) meaning.set(name, call);
  const list = `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? 'nothing'}`;
  return {
    of: (f) => meaning.get(f),
    known(f) {
      const call = meaning.get(f);
      if (call === undefined) throw new TypeError(`no operation of ${list}: ${f}`);
      return call;
    },
    objection: (what, f) => (meaning.has(f) ? null : `${what} knows ${list}, not "${f}"`),
  };
}

export const registerCalls = calls({ read: ['get'], write: ['put', 'set'], cas: ['compare-and-set'] });

export const kvCalls = calls({
  get: ['read'],
  put: ['write', 'set'],
  append: [],
  cas: ['compare-and-set'],
  delete: ['remove'],
});

export const setCalls = calls({ add: ['insert'], remove: ['delete'], contains: ['has'], read: ['get'] });

export const queueCalls = calls({ enqueue: ['enq', 'offer', 'add', 'push'], dequeue: ['deq', 'poll', 'take', 'pop'] });

export const stackCalls = calls({ push: ['add'], pop: ['remove', 'take'] });

export const priorityQueueCalls = calls({
  insert: ['enqueue', 'add', 'offer', 'push'],
  'delete-min': ['dequeue', 'poll', 'extract-min', 'remove-min', 'pop'],
});

export const counterCalls = calls({
  add: ['increment', 'inc', 'incr'],
  subtract: ['decrement', 'dec', 'decr'],
  read: ['get'],
  'add-and-get': ['increment-and-get'],
  'get-and-add': ['get-and-increment'],
});

export const lockCalls = calls({ acquire: ['lock'], release: ['unlock'] });

export const transactionCalls = calls({ txn: ['transaction'], read: [], write: [] });
