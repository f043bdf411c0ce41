/**
 * A key-value store that is replicated everywhere, always available and causally consistent.
 *
 * Guarantees, whatever the network, the clocks and crashes do: no client sees a write without all that the write comes
 * after; a session that carries its clock from node to node keeps reading its own writes and what it has read (all
 * four session guarantees); nodes that have the same writes hold the same values, and nodes that reach each other
 * end up with the same writes. With one order of all the writes of a key that respects causality this is causal
 * convergence (CCv). A write answered `ok` is never lost. A request is refused only for want of room, or when its session has
 * seen what this node does not get within `waitMs`; nothing else waits for other nodes.
 *
 * Assumptions: nodes fail by stopping and come back with what they synced; messages may be lost, late, doubled and
 * reordered, but not made up; clients return the clock that they were given. The set of nodes is fixed, and one
 * that is away for good makes the others keep their writes for it up to `maxRetained`.
 *
 * How: writes are broadcast with vector times and delivered by the rule of Birman, Schiper and Stephenson ("Lightweight
 * causal and atomic group multicast", 1991; VT(p), VT(m) and the delay queue are theirs), as Ahamad, Neiger, Burns, Kohli
 * and Hutto make a memory of it ("Causal memory: definitions, implementation, and programming", 1995). Of concurrent writes
 * of a key the later in Lamport time wins, ties go by node, and clients carry a context, as in COPS (Lloyd, Freedman,
 * Kaminsky and Andersen, "Don't settle for eventual", 2011); why, say Terry et al., "Session guarantees for weakly
 * consistent replicated data" (1994). What was lost comes by anti-entropy, from whoever has it (Demers et al., "Epidemic
 * algorithms for replicated database maintenance", 1987).
 *
 * Nothing is visible to anyone before it is durable here: a node delivers from its log what is synced. So the state is
 * always that of a prefix of the log, and a number is never given twice.
 */

import { invariant } from '../protocol.ts';
import type {
  CreateProtocol,
  DiskImage,
  Env,
  Json,
  NodeId,
  Protocol,
  Request,
  RequestId,
  SyncTicket,
} from '../protocol.ts';
import { DelayQueue } from './delay-queue.ts';
import { WriteLog } from './log.ts';
import { numberOf, type CausalMessage, type Version, type Write, type Writes } from './messages.ts';
import { operationOf, type Operation } from './requests.ts';
import { settingsFrom, type CausalSettings } from './settings.ts';
import { entry, within, withEntry, type VectorTime } from './vector-time.ts';

/** A request of a session that has seen more than this node. */
interface Waiting {
  readonly id: RequestId;
  readonly operation: Operation;
  readonly until: number;
}

export class CausalStore implements Protocol<CausalMessage> {
  protected readonly env: Env<CausalMessage>;
  protected readonly settings: CausalSettings;
  /** VT(p): the writes that are delivered here; all of them are durable. */
  protected vt: VectorTime = {};
  readonly #nodes: readonly NodeId[];
  readonly #log: WriteLog;
  readonly #queue: DelayQueue;
  readonly #versions = new Map<string, Version>();
  /** The writes in the log, delivered or on their way to the disk. */
  #logged: VectorTime = {};
  /** The greatest Lamport time in the log. */
  #time = 0;
  /** Writes of the log below this position are delivered. */
  #delivered = 0;
  /** Writes of the log below this position are durable at all nodes. */
  #stable = 0;
  /** Clients' writes that are on their way to the disk, by position in the log. */
  readonly #due = new Map<number, RequestId>();
  #waiting: Waiting[] = [];
  /** What each peer has, as far as is known. */
  readonly #known = new Map<NodeId, VectorTime>();
  /** Peers that have more for this node than they sent. */
  readonly #haveMore = new Set<NodeId>();
  #turn = 0;
  readonly #covered = new Set<string>();

  constructor(env: Env<CausalMessage>, settings: CausalSettings) {
    this.env = env;
    this.settings = settings;
    this.#nodes = [env.self, ...env.peers];
    this.#log = new WriteLog(env.disk);
    this.#queue = new DelayQueue(settings.maxQueued);
  }

  start(recovered: DiskImage): void {
    const snapshot = this.#log.recover(recovered);
    if (snapshot !== null) {
      this.vt = this.#logged = snapshot.vt;
      this.#time = snapshot.time;
      for (const [key, version] of snapshot.versions) this.#versions.set(key, version);
    }
    this.#stable = this.#log.first;
    this.#delivered = snapshot?.position ?? this.#log.first;
    for (let position = this.#delivered; position < this.#log.end; position++) this.#count(this.#log.at(position));
    while (this.#delivered < this.#log.durable) this.#deliver(this.#log.at(this.#delivered));
    this.#turn = Math.floor(this.env.random() * this.env.peers.length);
    for (const peer of this.env.peers) this.#tell(peer);
    this.#gossipLater();
  }

  onMessage(from: NodeId, message: CausalMessage): void {
    if (message.type === 'writes') this.#onWrites(from, message);
    else this.#onHave(from, message.vt);
    this.#log.flush();
  }

  onTimer(name: string): void {
    if (name === 'gossip') this.#gossip();
    else if (name === 'wait') this.#refuseLate();
  }

  onSynced(ticket: SyncTicket): void {
    this.#log.synced(ticket);
    const own: Write[] = [];
    while (this.#delivered < this.#log.durable) {
      const position = this.#delivered;
      const write = this.#log.at(position);
      this.#deliver(write);
      if (write.sender !== this.env.self) continue;
      own.push(write);
      this.#answerWrite(position);
    }
    this.#broadcast(own);
    this.#askForMore();
    this.#serveWaiting();
    this.#log.flush();
  }

  onRequest(id: RequestId, request: Request): void {
    const operation = operationOf(request, this.#nodes);
    if (typeof operation === 'string') this.env.reply(id, { type: 'fail', error: operation });
    else if (this.hasSeen(operation.clock)) this.#serve(id, operation);
    else this.#wait(id, operation);
    this.#log.flush();
  }

  // Clients

  /** Whether this node has delivered all that a session with this clock has seen. */
  protected hasSeen(clock: VectorTime): boolean {
    return within(clock, this.vt);
  }

  #serve(id: RequestId, operation: Operation): void {
    if (operation.f === 'read') {
      const value = this.#versions.get(operation.key)?.value ?? null;
      this.env.reply(id, { type: 'ok', value: { value, clock: this.vt } });
    } else if (this.#log.end - this.#stable >= this.settings.maxRetained) {
      this.cover('retains-no-more');
      this.env.reply(id, { type: 'fail', error: 'overloaded: too many writes that other nodes lack' });
    } else {
      this.#due.set(this.#write(operation.key, operation.value), id);
    }
  }

  /** Numbers a client's write and puts it into the log; returns its position. */
  #write(key: string, value: Json): number {
    const { self } = this.env;
    const vt = withEntry(this.#logged, self, entry(this.#logged, self) + 1);
    return this.#append({ sender: self, vt, time: this.timeFor(key), key, value });
  }

  /** Above the time of everything that this node knows (Lamport, "Time, clocks, and the ordering of events", 1978). */
  protected timeFor(key: string): number {
    const time = this.#time + 1;
    const present = this.#versions.get(key)?.time ?? 0;
    invariant(time > present, () => `a write of ${key} at ${time}, after one at ${present}`);
    return time;
  }

  #answerWrite(position: number): void {
    const id = this.#due.get(position);
    if (id === undefined) return;
    this.#due.delete(position);
    this.env.reply(id, { type: 'ok', value: { clock: this.vt } });
  }

  #wait(id: RequestId, operation: Operation): void {
    const { maxWaiting, waitMs } = this.settings;
    if (this.#waiting.length >= maxWaiting) {
      this.env.reply(id, { type: 'fail', error: 'overloaded: too many requests wait' });
      return;
    }
    this.cover('session-waits');
    this.#waiting.push({ id, operation, until: this.env.monotonicNow() + waitMs });
    if (this.#waiting.length === 1) this.env.setTimer('wait', waitMs);
  }

  #serveWaiting(): void {
    const ready = this.#waiting.filter(({ operation }) => this.hasSeen(operation.clock));
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((request) => !ready.includes(request));
    for (const { id, operation } of ready) this.#serve(id, operation);
  }

  /** Requests wait equally long, so the first to come is the first to be late. */
  #refuseLate(): void {
    const now = this.env.monotonicNow();
    while (this.#waiting[0] !== undefined && this.#waiting[0].until <= now) {
      const late = this.#waiting.shift();
      if (late === undefined) break;
      this.cover('session-refused');
      this.env.reply(late.id, { type: 'fail', error: 'behind: this node lacks what the session has seen' });
    }
    const [next] = this.#waiting;
    // A timer may fire a little early; a whole millisecond keeps it from doing so again and again.
    if (next !== undefined) this.env.setTimer('wait', Math.max(1, next.until - now));
  }

  // Causal broadcast

  #broadcast(writes: readonly Write[]): void {
    if (writes.length === 0) return;
    for (const peer of this.env.peers) this.env.send(peer, { type: 'writes', writes, more: false });
  }

  #onWrites(from: NodeId, { writes, more }: Writes): void {
    for (const write of writes) this.#receive(write);
    if (!more) return;
    // Asked before what came is durable, the peer would send it once more.
    if (this.#log.durable < this.#log.end) this.#haveMore.add(from);
    else this.#tell(from);
  }

  #receive(write: Write): void {
    const { sender } = write;
    const number = numberOf(write);
    if (sender === this.env.self) {
      const own = entry(this.vt, sender);
      invariant(number <= own, () => `own write ${number} came back, but only ${own} were ever sent`);
    }
    const before = entry(this.#logged, sender);
    if (number <= before) {
      this.cover('received-again');
    } else if (number === before + 1 && this.mayDeliver(write, this.#logged)) {
      this.#append(write);
      this.#appendDelayed();
    } else {
      this.cover(this.#queue.add(write) ? 'delayed' : 'queue-full');
    }
  }

  /** Takes from the queue what may be delivered now, and what may be delivered after that. */
  #appendDelayed(): void {
    for (let next = this.#nextDelayed(); next !== undefined; next = this.#nextDelayed()) {
      this.#queue.remove(next);
      this.#append(next);
    }
  }

  #nextDelayed(): Write | undefined {
    if (this.#queue.size === 0) return undefined;
    for (const sender of this.env.peers) {
      const write = this.#queue.get(sender, entry(this.#logged, sender) + 1);
      if (write !== undefined && this.mayDeliver(write, this.#logged)) return write;
    }
    return undefined;
  }

  /** Whether all writes of other nodes that this one comes after are here; of its sender's it is the next. */
  protected mayDeliver({ sender, vt }: Write, here: VectorTime): boolean {
    return this.#nodes.every((node) => node === sender || entry(vt, node) <= entry(here, node));
  }

  #append(write: Write): number {
    this.#count(write);
    return this.#log.append(write);
  }

  #count(write: Write): void {
    const { sender, time } = write;
    const before = entry(this.#logged, sender);
    invariant(
      numberOf(write) === before + 1,
      () => `write ${numberOf(write)} of ${sender} follows its write ${before}`,
    );
    invariant(this.mayDeliver(write, this.#logged), () => `write ${numberOf(write)} of ${sender} is here too early`);
    this.#logged = withEntry(this.#logged, sender, numberOf(write));
    this.#time = Math.max(this.#time, time);
  }

  /** Delivers the next write of the log. */
  #deliver(write: Write): void {
    const { sender, time, key, value } = write;
    this.#delivered++;
    this.vt = withEntry(this.vt, sender, numberOf(write));
    const present = this.#versions.get(key);
    if (present === undefined || this.wins(write, present)) this.#versions.set(key, { time, sender, value });
    else this.cover('came-too-late-to-win');
    this.env.probe('applied', this.#delivered);
  }

  /** The last writer wins: by Lamport time, ties by node (Thomas's write rule). */
  protected wins({ time, sender }: Write, present: Version): boolean {
    return time > present.time || (time === present.time && sender > present.sender);
  }

  // Anti-entropy

  #gossipLater(): void {
    this.env.setTimer('gossip', this.settings.gossipMs);
  }

  /** Peers take turns, so that each is asked once in so many rounds. */
  #gossip(): void {
    const { peers } = this.env;
    const peer = peers[this.#turn++ % peers.length];
    if (peer !== undefined) this.#tell(peer);
    this.#gossipLater();
  }

  #tell(peer: NodeId): void {
    this.env.send(peer, { type: 'have', vt: this.vt });
  }

  #onHave(from: NodeId, vt: VectorTime): void {
    const own = entry(this.vt, this.env.self);
    const theirs = entry(vt, this.env.self);
    invariant(theirs <= own, () => `${from} has ${theirs} writes of this node, which has sent ${own}`);
    // What a node has never shrinks, but messages overtake each other.
    const known = this.#known.get(from) ?? {};
    if (within(known, vt)) this.#known.set(from, vt);
    this.#compact();
    this.#sendMissing(from, vt);
  }

  #askForMore(): void {
    for (const peer of this.#haveMore) this.#tell(peer);
    this.#haveMore.clear();
  }

  /** What a peer lacks, in an order in which it can deliver it. */
  #sendMissing(peer: NodeId, vt: VectorTime): void {
    if (within(this.vt, vt)) return;
    const { maxWritesPerMessage } = this.settings;
    const writes: Write[] = [];
    let more = false;
    for (let position = this.#log.first; position < this.#delivered && !more; position++) {
      const write = this.#log.at(position);
      if (numberOf(write) <= entry(vt, write.sender)) continue;
      if (writes.length < maxWritesPerMessage) writes.push(write);
      else more = true;
    }
    this.cover('anti-entropy');
    this.env.send(peer, { type: 'writes', writes, more });
  }

  /** Cuts off what all nodes have, when that is much. */
  #compact(): void {
    while (this.#stable < this.#delivered && this.#isEverywhere(this.#log.at(this.#stable))) this.#stable++;
    if (this.#stable - this.#log.first < this.settings.compactEvery) return;
    this.cover('log-cut');
    this.#log.compact(this.#stable, {
      position: this.#delivered,
      vt: this.vt,
      time: this.#time,
      versions: [...this.#versions],
    });
  }

  #isEverywhere(write: Write): boolean {
    return this.env.peers.every((peer) => entry(this.#known.get(peer) ?? {}, write.sender) >= numberOf(write));
  }

  /** A coverage point that is passed often: probed once an incarnation. */
  protected cover(name: string): void {
    if (this.#covered.has(name)) return;
    this.#covered.add(name);
    this.env.probe(name);
  }
}

/** Makes nodes of one kind: the store itself, or a variant of it. Settings that make no sense are a RangeError. */
export function creating(
  Kind: new (env: Env<CausalMessage>, settings: CausalSettings) => CausalStore,
): CreateProtocol<CausalMessage> {
  return (env, settings = {}) => new Kind(env, settingsFrom(settings));
}
