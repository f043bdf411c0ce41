/**
 * Clients of a scenario. Each does one operation after the other, and everything that it asks and hears is recorded as a
 * history: one whose outcome it can't know stays open, and the client goes on as another process.
 */

import type { Json, NodeId } from '../../systems/protocol.ts';
import { UsageError } from '../errors.ts';
import type { Connection } from '../cluster/cluster.ts';
import type { History, Operation } from '../history/operation.ts';
import { recorder } from '../runner/recorder.ts';
import { attempt, type Outcome } from './attempt.ts';
import { millisecondsOf, type Duration } from './duration.ts';
import type { Wish } from '../transcript/idiom.ts';
import { operation, wishText, type ScenarioOperation } from './operation.ts';
import type { NodeChoice, Stage } from './stage.ts';

/** What can be asked for. The request goes out at once; what is said of the operation then lets time pass. */
export interface Asking {
  read(key: string): ScenarioOperation;
  write(key: string, value: Json): ScenarioOperation;
  /** Sets `to` if the value is `from`. */
  cas(key: string, from: Json, to: Json): ScenarioOperation;
  append(key: string, value: Json): ScenarioOperation;
  /** Any other operation of the system. */
  ask(f: string, key?: string, value?: Json): ScenarioOperation;
}

export interface ScenarioClient extends Asking {
  readonly name: string;
  /** The same client, asking this node and no other: where it is redirected, it was refused. */
  at(node: NodeChoice): ScenarioClient;
  /** The same client, waiting so long for an answer (default 1 s). */
  within(timeout: Duration): ScenarioClient;
}

export interface Clients {
  client(name: string): ScenarioClient;
  /** Opens a session with the system, in which a command may be sent again. */
  session(name: string): Promise<ScenarioClient>;
  /** A client that is not busy. */
  anyone(): ScenarioClient;
  readonly history: History;
  /** What was said of operations and not waited for. */
  readonly unfinished: ReadonlySet<string>;
}

interface Person {
  readonly name: string;
  process: number;
  context: Json;
  session: { readonly id: number; sequence: number } | null;
  /** The invocation of an operation of which the outcome is not known for good. */
  open: Operation | null;
  /** The one that may still hear something. */
  isBusy: boolean;
}

const timeoutMs = 1000;

export function clients(stage: Stage): Clients {
  const { cluster, idiom } = stage;
  const people = new Map<string, Person>();
  const connections = new Map<string, Connection>();
  const unfinished = new Set<string>();
  const log = recorder(() => undefined);
  let processes = 0;
  const nowNs = (): number => Math.round(stage.nowMs() * 1e6);

  const person = (name: string): Person => {
    if (stage.ids.includes(name)) throw new UsageError(`"${name}" is a node: call the client otherwise`);
    let known = people.get(name);
    if (known === undefined) {
      known = { name, process: processes++, context: null, session: null, open: null, isBusy: false };
      people.set(name, known);
    }
    return known;
  };
  const connectAs =
    (name: string) =>
    (node: NodeId): Connection => {
      const line = `${name} ${node}`;
      let open = connections.get(line);
      if (open === undefined) connections.set(line, (open = cluster.connect(node, name)));
      return open;
    };
  /** Whom a client asks first that is bound to no node: the leader, if an onlooker sees one. */
  const first = (): NodeId => {
    const up = stage.ids.filter((id) => stage.condition(id) !== 'down');
    const leaders = up.filter((id) => stage.view(id).leads);
    const [newest] = leaders.sort((a, b) => (stage.view(b).term ?? 0) - (stage.view(a).term ?? 0));
    return newest ?? up[0] ?? stage.ids[0] ?? '';
  };

  const begin = (who: Person, wish: Wish, bound: NodeId | null, patienceMs: number): ScenarioOperation => {
    if (who.isBusy) throw new UsageError(`${who.name} still waits for an answer: use another client, or wait for it`);
    if (who.open !== null) {
      const { value } = who.open;
      log.complete(who.open, { type: 'info', value, error: 'no answer' }, nowNs());
      who.process = processes++;
    }
    const { f, key, value } = wish;
    const { session } = who;
    const isCommand = f !== 'read';
    const numbered = session === null || !isCommand ? {} : { session: session.id, sequence: ++session.sequence };
    const request = { ...idiom.dialect.request(wish, who.context), ...numbered };
    const invocation = { type: 'invoke', process: who.process, time: nowNs(), f, value } as const;
    const named = { ...invocation, ...(key === undefined ? {} : { key }) };
    const invoked = log.invoke(named, nowNs(), bound ?? undefined);
    who.open = invoked;
    let underWay = 0;

    const send = async (node: NodeChoice | null): Promise<Outcome> => {
      who.isBusy = true;
      underWay++;
      const only = node === null ? bound : stage.idOf(node);
      const outcome = await attempt(stage, connectAs(who.name), request, {
        only,
        first: first(),
        timeoutMs: patienceMs,
      });
      underWay--;
      who.isBusy = underWay > 0;
      if (outcome.kind !== 'acknowledged') return outcome;
      const { value: result, context } = idiom.dialect.understood(wish, outcome.value, who.context);
      who.context = context;
      return { ...outcome, value: result };
    };
    const known = (outcome: Outcome): void => {
      if (who.open !== invoked) return;
      who.open = null;
      if (outcome.kind === 'acknowledged') {
        log.complete(invoked, { type: 'ok', value: outcome.value, node: outcome.node }, nowNs());
      } else if (outcome.kind === 'refused') {
        log.complete(invoked, { type: 'fail', value, error: outcome.error }, nowNs());
      }
    };
    stage.write(who.name, '?', bound === null ? wishText(wish) : `${wishText(wish)}, at ${bound}`);
    const mayRepeat = !isCommand || session !== null;
    return operation({ stage, client: who.name, wish, mayRepeat, send, known, unfinished }, null);
  };

  const facing = (who: Person, bound: NodeId | null, patienceMs: number): ScenarioClient => {
    const ask = (f: string, key?: string, value: Json = null): ScenarioOperation =>
      begin(who, { f, ...(key === undefined ? {} : { key }), value }, bound, patienceMs);
    return {
      name: who.name,
      at: (node) => facing(who, stage.idOf(node), patienceMs),
      within: (timeout) => facing(who, bound, millisecondsOf(timeout)),
      read: (key) => ask('read', key),
      write: (key, value) => ask('write', key, value),
      cas: (key, from, to) => ask('cas', key, [from, to]),
      append: (key, value) => ask('append', key, value),
      ask,
    };
  };
  const client = (name: string): ScenarioClient => facing(person(name), null, timeoutMs);

  return {
    client,
    async session(name) {
      const who = person(name);
      stage.write(name, '?', 'open-session');
      const route = { only: null, first: first(), timeoutMs };
      const outcome = await attempt(stage, connectAs(name), { f: 'open-session' }, route);
      const id = outcome.kind === 'acknowledged' ? Number(outcome.value) : NaN;
      stage.claim(
        `${name} opens a session`,
        Number.isNaN(id) ? (outcome.kind === 'acknowledged' ? 'its number is none' : outcome.error) : null,
      );
      who.session = { id, sequence: 0 };
      return client(name);
    },
    anyone() {
      for (let number = 1; ; number++) {
        const who = person(`c${number}`);
        if (!who.isBusy) return facing(who, null, timeoutMs);
      }
    },
    history: log.history,
    unfinished,
  };
}
