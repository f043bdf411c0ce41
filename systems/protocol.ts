/**
 * What a protocol may ask of the world, and what the world asks of a protocol.
 *
 * A protocol is one node's state machine: synchronous handlers that touch nothing but their own fields and their `Env`.
 * The same code runs as a real process (`src/node`) and in the simulator (`src/cluster/simulator`), so it must not see
 * clocks, randomness, files, sockets or promises of its own.
 */

export type NodeId = string;

/** Anything JSON can carry. Messages, requests, responses and disk records are made of it and are never mutated. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Names one request of one client at one node; good for exactly one `reply`. */
export type RequestId = number;

/** Names one call of `Disk.sync`. */
export type SyncTicket = number;

/** A client's call. `session` and `sequence` let a protocol recognise a retry of a command it has applied already. */
export interface Request {
  readonly f: string;
  readonly key?: string;
  readonly value?: Json;
  readonly session?: number;
  readonly sequence?: number;
}

/**
 * A node's answer.
 * - `ok`: it happened; `value` is the result.
 * - `fail`: it definitely did not happen. `error` says why; `'mismatch'` is a compare-and-set whose comparison failed.
 * - `info`: it may have happened or may happen yet.
 * - `redirect`: it did not happen here; ask `leader`, or anyone when that is null.
 */
export type Response =
  | { readonly type: 'ok'; readonly value?: Json }
  | { readonly type: 'fail'; readonly error: string }
  | { readonly type: 'info'; readonly error: string }
  | { readonly type: 'redirect'; readonly leader: NodeId | null };

/**
 * A node's durable storage: named values, and named logs of records at positions 0, 1, 2, ….
 *
 * Writes take effect for `recover` in the order they were made, and none is durable before a `sync` that came after it
 * has completed (`Protocol.onSynced`). A crash loses every write since the last completed sync, or, of a sync that was
 * under way, any suffix of its writes.
 */
export interface Disk {
  /** Replaces the value stored under `name`. */
  put(name: string, value: Json): void;
  /** Adds a record at the next position of `log`. */
  append(log: string, record: Json): void;
  /** Drops the records of `log` at positions >= `length`; the next append goes to position `length`. */
  truncate(log: string, length: number): void;
  /** Drops the records of `log` at positions < `first`. Past the end, empties the log; the next append goes to `first`. */
  trim(log: string, first: number): void;
  /** Asks that every write so far become durable; `onSynced` follows with this ticket, in the order of the calls. */
  sync(): SyncTicket;
}

/** What a node finds on its disk when it starts; empty on the first start. */
export interface DiskImage {
  readonly values: ReadonlyMap<string, Json>;
  readonly logs: ReadonlyMap<string, DiskLog>;
}

/** The records of one log: `records[i]` is at position `first + i`. */
export interface DiskLog {
  readonly first: number;
  readonly records: readonly Json[];
}

/** The world as one node sees it. `Message` is the protocol's own JSON-shaped type. */
export interface Env<Message> {
  readonly self: NodeId;
  readonly peers: readonly NodeId[];
  /** Sends without waiting. The network may lose, delay, duplicate and reorder. The message must not change afterwards. */
  send(to: NodeId, message: Message): void;
  /** Fires `onTimer(name)` once after `afterMs` of this node's monotonic time; replaces the timer of that name. */
  setTimer(name: string, afterMs: number): void;
  cancelTimer(name: string): void;
  /** Milliseconds from an arbitrary start; never goes back; stands still or drifts when the node is paused or slow. */
  monotonicNow(): number;
  /** Milliseconds since the epoch as this node believes; may jump and drift. Never decide safety by it. */
  wallNow(): number;
  /** Uniform in [0, 1). */
  random(): number;
  readonly disk: Disk;
  /** Answers a request. A second answer to the same request is ignored. */
  reply(request: RequestId, response: Response): void;
  /** A coverage point, or a piece of state for the report (`role`, `term`, `commit`, `applied`, `leader`, `snapshot`). */
  probe(name: string, detail?: Json): void;
  /**
   * Whether to do here what is allowed but unusual: a snapshot already now, a smaller message, an election at once. In the
   * simulator a `point` is live in some runs, and then true now and then; in a real process it is never.
   */
  buggify(point: string): boolean;
}

/** One node's state machine. Handlers run one at a time and return before anything else happens at this node. */
export interface Protocol<Message> {
  /** Called once, before any other handler, with what earlier incarnations of this node made durable. */
  start(recovered: DiskImage): void;
  onMessage(from: NodeId, message: Message): void;
  onTimer(name: string): void;
  onRequest(id: RequestId, request: Request): void;
  onSynced(ticket: SyncTicket): void;
  /** The node's state as `Invariant`s know it: live, to be read and neither kept nor changed. */
  inspect?(): object;
}

/** Makes one node. `settings` overrides the protocol's own defaults by name. */
export type CreateProtocol<Message = Json> = (
  env: Env<Message>,
  settings?: Readonly<Record<string, Json>>,
) => Protocol<Message>;

/** A protocol with one known bug planted in it. */
export interface Mutant<Message = Json> {
  readonly name: string;
  /** What is broken, in one sentence. */
  readonly broken: string;
  /** Where this bug was seen or described: paper, analysis or issue. */
  readonly source: string;
  /** Fault kinds without which it does not show; empty when it shows by itself. */
  readonly faults: readonly string[];
  /** The checker that must find it. */
  readonly killedBy: string;
  readonly workload?: string;
  readonly create: CreateProtocol<Message>;
}

/** A known bug of systems of its kind that none of its mutants has. */
export interface NotPlanted {
  /** What is broken, in one sentence. */
  readonly bug: string;
  readonly source: string;
  /** Why it can't be planted here. */
  readonly why: string;
}

/** All nodes of a simulated run between two events, for an invariant to read. */
export interface ClusterState<State extends object = object> {
  readonly nodes: readonly NodeId[];
  /** What the node's `inspect` gives; null while it is down. */
  node(id: NodeId): State | null;
  /** What the node would find if it lost its power now and nothing that is on its way to the disk arrived. */
  disk(id: NodeId): DiskImage;
}

/** Watches one run. Both are called after the handler has returned, and say in one sentence what must never be. */
export interface InvariantWatch {
  /** Something happened at `node`, its start included. */
  onEvent?(node: NodeId): string | null;
  /** `node` has answered, for good. */
  onReply?(node: NodeId, request: Request, response: Response): string | null;
}

/** What must hold of all nodes together after every event, whatever the faults: what no single node can assert. */
export interface Invariant<State extends object = object> {
  readonly name: string;
  /** In one sentence, with its source. */
  readonly promise: string;
  watch(state: ClusterState<State>): InvariantWatch;
}

/** How much may break for good, of so many nodes, before a promise ends; a schedule keeps to it unless asked not to. */
export interface FaultBudget {
  /** So many may be down, cut off or standing still, and the others make progress. */
  progress(nodes: number): number;
  /** So many may find what they had made durable damaged, and nothing that was answered is lost or wrong. */
  damage(nodes: number): number;
}

/** A system under test: what it promises, how to make a node of it, and the bugs it can be given. */
export interface System<Message = Json> {
  readonly name: string;
  /** What it is, in one line. */
  readonly description: string;
  /** Workloads it can serve, the default first. */
  readonly workloads: readonly string[];
  /** Fault kinds it must survive. */
  readonly survives: readonly string[];
  /** Absent: nothing may break for good. */
  readonly budget?: FaultBudget;
  readonly invariants?: readonly Invariant[];
  /** Probes that some run of a campaign should reach; one that none reaches says that something was not tested. */
  readonly coverage?: readonly string[];
  /** Settings under which it keeps its promises as well; the simulator draws one value of each for every run. */
  readonly variations?: Readonly<Record<string, readonly Json[]>>;
  readonly create: CreateProtocol<Message>;
  readonly mutants: readonly Mutant<Message>[];
  readonly notPlanted?: readonly NotPlanted[];
}

/** Thrown by a protocol when it sees what must never be; the node stops, and the run is invalid. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/**
 * Asserts what must hold at this point of the protocol whatever the network, the disk and the clocks do. A message that is
 * put together from what is at hand is a function: it is asked for only when the condition is false.
 */
export function invariant(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantViolation(typeof message === 'string' ? message : message());
}
