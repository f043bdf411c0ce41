/**
 * Models of transactions by their definitions (Biswas and Enea, OOPSLA 2019, section 2), tried out: every choice of the
 * transactions of unknown outcome that happened, of the writes that reads returned, and every commit order. Shares no
 * code with what it judges.
 */

import type { History, Json } from '../../../src/history/operation.ts';

type Micro = readonly [f: string, key: string, value: Json];

interface Transaction {
  readonly process: number;
  readonly micros: readonly Micro[];
  readonly isUnknown: boolean;
}

/** A read of a key that its transaction had not written, and what it read from: null is the initial transaction. */
interface ExternalRead {
  readonly by: Transaction;
  readonly key: string;
  readonly value: Json;
}

interface World {
  readonly transactions: readonly Transaction[];
  readonly reads: readonly ExternalRead[];
  readonly from: ReadonlyMap<ExternalRead, Transaction | null>;
  readonly so: (a: Transaction, b: Transaction) => boolean;
}

export type TransactionModelName = 'read-committed' | 'read-atomic' | 'causal';

/** Whether there is a world and a commit order in it as the model asks for. */
export function satisfies(model: TransactionModelName, history: History): boolean {
  for (const world of worlds(history)) {
    const visible = visibility(model, world);
    for (const order of commitOrders(world)) if (holds(world, order, visible)) return true;
  }
  return false;
}

/** The axiom: of those that wrote the key of a read and are visible to it, what it read from committed last. */
function holds(
  { transactions, reads, from }: World,
  order: readonly Transaction[],
  visible: (t2: Transaction, read: ExternalRead) => boolean,
): boolean {
  return reads.every((read) => {
    const returned = from.get(read) ?? null;
    return transactions.every((t2) => {
      if (t2 === read.by || t2 === returned || left(t2, read.key) === undefined || !visible(t2, read)) return true;
      return returned !== null && order.indexOf(t2) < order.indexOf(returned);
    });
  });
}

function visibility(model: TransactionModelName, world: World): (t2: Transaction, read: ExternalRead) => boolean {
  const { transactions, reads, from, so } = world;
  const wr = (a: Transaction, b: Transaction): boolean => reads.some((read) => read.by === b && from.get(read) === a);
  if (model === 'read-committed') {
    return (t2, read) =>
      reads.slice(0, reads.indexOf(read)).some((other) => other.by === read.by && from.get(other) === t2);
  }
  if (model === 'read-atomic') return (t2, { by }) => so(t2, by) || wr(t2, by);
  const reaches = (a: Transaction, b: Transaction, seen: readonly Transaction[]): boolean =>
    transactions.some(
      (next) =>
        !seen.includes(next) && (so(a, next) || wr(a, next)) && (next === b || reaches(next, b, [...seen, next])),
    );
  return (t2, { by }) => reaches(t2, by, [t2]);
}

/** All orders along so and what was read. */
function* commitOrders({ transactions, from, so }: World): Generator<readonly Transaction[]> {
  const before = (a: Transaction, b: Transaction): boolean =>
    so(a, b) || [...from].some(([read, source]) => source === a && read.by === b);
  const extend = function* (done: readonly Transaction[]): Generator<readonly Transaction[]> {
    if (done.length === transactions.length) yield done;
    for (const next of transactions) {
      if (done.includes(next)) continue;
      if (transactions.some((other) => !done.includes(other) && before(other, next))) continue;
      yield* extend([...done, next]);
    }
  };
  yield* extend([]);
}

function* worlds(history: History): Generator<World> {
  const all = transactionsOf(history);
  const open = all.filter(({ isUnknown }) => isUnknown);
  for (let subset = 0; subset < 1 << open.length; subset++) {
    const transactions = all.filter((one) => !one.isUnknown || ((subset >> open.indexOf(one)) & 1) === 1);
    const reads = externalReads(transactions);
    if (reads === null) continue;
    const so = (a: Transaction, b: Transaction): boolean =>
      a.process === b.process && all.indexOf(a) < all.indexOf(b) && !a.isUnknown;
    for (const from of sources(transactions, reads)) yield { transactions, reads, from, so };
  }
}

/** Null if a transaction does not see its own last write. */
function externalReads(transactions: readonly Transaction[]): readonly ExternalRead[] | null {
  const reads: ExternalRead[] = [];
  for (const by of transactions) {
    const written = new Map<string, Json>();
    for (const [f, key, value] of by.micros) {
      if (f === 'w') written.set(key, value);
      else if (!written.has(key)) reads.push({ by, key, value });
      else if (written.get(key) !== value) return null;
    }
  }
  return reads;
}

function* sources(
  transactions: readonly Transaction[],
  [read, ...others]: readonly ExternalRead[],
): Generator<Map<ExternalRead, Transaction | null>> {
  if (read === undefined) {
    yield new Map();
    return;
  }
  const candidates: (Transaction | null)[] = transactions.filter(
    (one) => one !== read.by && left(one, read.key) === read.value,
  );
  if (read.value === null) candidates.push(null);
  for (const rest of sources(transactions, others)) {
    for (const candidate of candidates) yield new Map(rest).set(read, candidate);
  }
}

/** What a transaction leaves of a key, undefined if it does not write it. */
function left({ micros }: Transaction, key: string): Json | undefined {
  return micros.findLast(([f, of]) => f === 'w' && of === key)?.[2];
}

/** In the order of their invocations, without those that failed; of those of unknown outcome what they write. */
function transactionsOf(history: History): readonly Transaction[] {
  const result: Transaction[] = [];
  for (const { process, type, value, index } of history) {
    if (type !== 'invoke' || process === 'nemesis') continue;
    const completion = history.find((other) => other.index > index && other.process === process);
    const became = completion?.type ?? 'info';
    if (became === 'fail') continue;
    const isUnknown = became === 'info';
    const micros = (isUnknown ? value : completion?.value) as unknown as readonly Micro[];
    result.push({ process, micros: isUnknown ? micros.filter(([f]) => f === 'w') : micros, isUnknown });
  }
  return result;
}
