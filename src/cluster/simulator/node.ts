/** One simulated node: a protocol, its disk, its timers, its clocks, and what becomes of them when it is killed or paused. */

import type {
  CreateProtocol,
  DiskImage,
  Json,
  NodeId,
  Protocol,
  Request,
  RequestId,
  Response,
} from '../../../systems/protocol.ts';
import { messageOf } from '../../errors.ts';
import { gaugeProbes, type NodeEvent } from '../cluster.ts';
import type { DiskDamage, DiskObservation, DiskTrouble, Skew } from '../faults.ts';
import { backlog } from './backlog.ts';
import { buggifier } from './buggify.ts';
import { choose, type Chance } from './chance.ts';
import { simulatedDisk } from './disk.ts';
import type { Call, Duty, NodeDuty } from './events.ts';
import { asItIs, deepFreeze } from './freeze.ts';
import type { RollingHash } from './hash.ts';
import { noAnswer } from './no-answer.ts';
import { nodeClock, type NodeClock } from './node-clock.ts';
import type { SimulatorOptions } from './options.ts';
import { syncs } from './syncs.ts';
import type { Timeline } from './timeline.ts';
import { lateness, timers as timersOf } from './timers.ts';

/** What a node needs of the world around it. */
export interface Surroundings {
  readonly chance: Chance;
  readonly knobs: SimulatorOptions;
  readonly timeline: Timeline;
  readonly hash: RollingHash;
  readonly create: CreateProtocol;
  readonly settings: Readonly<Record<string, Json>>;
  readonly ids: readonly NodeId[];
  /** Sends a message on its way. */
  transmit(from: number, to: NodeId, message: Json): void;
  emit(node: NodeId, kind: NodeEvent['kind'], name: string, detail?: Json): void;
  /** A handler of the node has returned. */
  happened(node: NodeId): void;
  answered(node: NodeId, request: Request, response: Response): void;
}

export interface SimulatedNode {
  readonly id: NodeId;
  readonly position: number;
  running(): boolean;
  incarnation(): number;
  paused(): boolean;
  /** Starts the process; why it refuses to start, or null when it runs. */
  begin(): string | null;
  /** Ends the process at once; of the writes on their way to the disk some may arrive. */
  kill(): void;
  pause(): void;
  resume(): void;
  setSkew(skew: Skew): void;
  skewMs(): number;
  /** Makes the monotonic clock run at so many times its own rate. */
  setRate(rate: number): void;
  monotonicMs(): number;
  setSlow(perEventUs: number): void;
  /** How long what was handled last had waited and taken. */
  lateMs(): number;
  setTroubles(troubles: readonly DiskTrouble[]): void;
  damage(damage: DiskDamage): boolean;
  disk(): DiskObservation;
  /** Does what a duty of this node says, or keeps it for later; false when nothing has happened. */
  perform(duty: NodeDuty | (Duty & { readonly kind: 'work' })): boolean;
  /** The last value of each state probe. */
  probes(): Readonly<Record<string, Json>>;
  /** What the protocol lets others see of it; null while it is down. */
  inspect(): object | null;
  /** What is durable, live. */
  durable(): DiskImage;
}

/** `found` is what is on its disk before it starts first. */
export function simulatedNode(world: Surroundings, id: NodeId, position: number, found?: DiskImage): SimulatedNode {
  const { chance, knobs, timeline, hash } = world;
  const { nowUs } = timeline;
  const full = knobs.trace === 'full';
  const freeze = knobs.freeze ? deepFreeze : asItIs;
  const ownRate = choose(knobs.clock.rates, chance.draw(chance.family('clock rate', id), 0));
  const clock: NodeClock = nodeClock(nowUs, ownRate);
  const todo = backlog(timeline, chance, position, chance.family('handler', id), knobs.process);
  const buggify = buggifier(chance, id, knobs.buggify, nowUs);
  const crashFamily = chance.family('crash', id);
  let crashes = 0;
  let protocol: Protocol<Json> | null = null;
  let incarnation = 0;
  let timers = newTimers(0);
  let calls = new Map<RequestId, { readonly call: Call; readonly request: Request }>();
  let nextRequest: RequestId = 1;
  let probes: Record<string, Json> = {};
  let droppedBytes = 0;

  const syncing = syncs({
    knobs: knobs.disk,
    chance,
    family: chance.family('sync', id),
    nowUs,
    push(ticket, delayUs) {
      timeline.push({ kind: 'synced', node: position, incarnation, ticket }, delayUs);
    },
  });
  const storage = simulatedDisk({
    onSync: (ticket) => {
      syncing.ask(ticket);
    },
    freeze,
    found,
  });

  function newTimers(own: number) {
    return timersOf({
      nowUs,
      rate: clock.rate,
      lateUs: lateness(chance, chance.family('late timer', id, own), knobs.process),
      push(timer, atUs) {
        timeline.push({ kind: 'timer', node: position, incarnation: own, timer, atUs }, atUs - nowUs());
      },
    });
  }

  /** Ends the process; `kept` says what share of the writes on their way arrives. */
  const end = (kept: number, torn: boolean): void => {
    protocol = null;
    timers = newTimers(incarnation);
    storage.crash(kept, torn);
    syncing.end();
    const lost = [...calls.values()].map(({ call }) => call);
    calls = new Map();
    for (const duty of todo.empty()) if (duty.kind === 'request') lost.push(duty.call);
    for (const call of lost) {
      timeline.control(call.latencyUs(), () => {
        call.fail(noAnswer('connection lost', true));
      });
    }
    world.emit(id, 'exit', String(incarnation));
  };
  const powerFails = (): void => {
    // Each crash owns two ordinals: what is kept, whether a record is torn.
    const ordinal = 2 * crashes++;
    const torn = syncing.tears() || chance.draw(crashFamily, ordinal + 1) * 1000 < knobs.disk.tornPerMille;
    end(chance.draw(crashFamily, ordinal), torn);
  };

  /** An exception in a handler ends the node and is a finding. */
  const crashed = (thrown: unknown): void => {
    world.emit(id, 'crash', thrown instanceof Error ? thrown.name : 'Error', messageOf(thrown));
    end(0, false);
  };

  const create = (): Protocol<Json> => {
    const randomFamily = chance.family('protocol', id, incarnation);
    let draws = 0;
    return world.create(
      {
        self: id,
        peers: world.ids.filter((peer) => peer !== id),
        send(to, message) {
          const sent = knobs.codec ? (JSON.parse(JSON.stringify(message)) as Json) : message;
          world.transmit(position, to, freeze(sent));
        },
        setTimer: timers.set,
        cancelTimer: timers.cancel,
        monotonicNow: clock.monotonicMs,
        wallNow: clock.wallMs,
        random: () => chance.draw(randomFamily, draws++),
        disk: storage.disk,
        reply(request, response) {
          const asked = calls.get(request);
          if (asked === undefined) return;
          calls.delete(request);
          const answer = freeze(response);
          world.answered(id, asked.request, answer);
          const latencyUs = asked.call.latencyUs();
          if (full) world.emit(id, 'reply', asked.call.client, { body: answer, latencyMs: latencyUs / 1000 });
          timeline.control(latencyUs, () => {
            hash.integer(position);
            hash.value(answer);
            asked.call.answer(answer);
          });
        },
        probe(name, detail) {
          const value = detail ?? null;
          probes[name] = value;
          if (!gaugeProbes.has(name)) world.emit(id, 'probe', name, value);
          else if (full) world.emit(id, 'gauge', name, value);
        },
        buggify,
      },
      world.settings,
    );
  };

  const begin = (): string | null => {
    incarnation++;
    const recovery = storage.recover();
    if (recovery.kind === 'refused') {
      world.emit(id, 'log', 'refuses to start', recovery.why);
      world.emit(id, 'exit', String(incarnation));
      return recovery.why;
    }
    droppedBytes = recovery.droppedBytes;
    if (droppedBytes > 0) world.emit(id, 'log', 'recovery dropped an unfinished write', { bytes: droppedBytes });
    timers = newTimers(incarnation);
    probes = {};
    protocol = create();
    world.emit(id, 'start', String(incarnation));
    try {
      protocol.start(recovery.image);
      world.happened(id);
    } catch (thrown) {
      crashed(thrown);
    }
    return null;
  };

  const asked = ({ sentUs }: Call, request: Request): Json => {
    return { body: { ...request }, latencyMs: (nowUs() - sentUs) / 1000 };
  };
  const refuse = (call: Call, request: Request): void => {
    if (full) world.emit(id, 'refuse', call.client, asked(call, request));
    timeline.control(call.latencyUs(), () => {
      call.fail(noAnswer('connection refused', false));
    });
  };

  /** Runs the handler that the duty asks for; false when it turned out to be nothing. */
  const handle = (running: Protocol<Json>, duty: NodeDuty): boolean => {
    switch (duty.kind) {
      case 'deliver': {
        const { link, message } = duty;
        const from = world.ids[link.from] ?? '';
        hash.integer(link.from * 64 + position);
        hash.value(message);
        if (full) world.emit(id, 'deliver', from, message);
        running.onMessage(from, message);
        return true;
      }
      case 'timer': {
        const { name } = duty.timer;
        if (duty.incarnation !== incarnation || !timers.fires(duty.timer, duty.atUs)) return false;
        hash.integer(position);
        hash.value(name);
        if (full) world.emit(id, 'timer', name);
        running.onTimer(name);
        return true;
      }
      case 'synced': {
        if (duty.incarnation !== incarnation) return false;
        const outcome = syncing.comeUp(duty.ticket);
        if (outcome === 'stalled') return false;
        hash.integer(position);
        hash.integer(duty.ticket);
        if (outcome === 'failed') {
          world.emit(id, 'log', 'disk error', 'EIO: i/o error, fsync');
          powerFails();
          return true;
        }
        storage.completeSync();
        if (full) world.emit(id, 'sync', String(duty.ticket));
        running.onSynced(duty.ticket);
        return true;
      }
      case 'request': {
        const { call, request } = duty;
        const requestId = nextRequest++;
        calls.set(requestId, { call, request });
        hash.integer(position);
        hash.value(request);
        if (full) world.emit(id, 'request', call.client, asked(call, request));
        running.onRequest(requestId, request);
        return true;
      }
    }
  };

  return {
    id,
    position,
    running: () => protocol !== null,
    incarnation: () => incarnation,
    paused: todo.paused,
    begin,
    kill() {
      if (protocol !== null) powerFails();
    },
    pause() {
      if (protocol !== null) todo.pause();
    },
    resume: todo.resume,
    setSkew: clock.setSkew,
    skewMs: clock.skewMs,
    setRate(rate) {
      const before = clock.rate();
      clock.setRate(ownRate * rate);
      timers.rescale(before);
    },
    monotonicMs: clock.monotonicMs,
    setSlow: todo.slow,
    lateMs: () => todo.lateUs() / 1000,
    setTroubles: syncing.trouble,
    damage: storage.damage,
    disk: () => ({ ...syncing.observation(), droppedBytes }),
    perform(event) {
      if (protocol === null) {
        if (event.kind === 'request') refuse(event.call, event.request);
        return false;
      }
      let duty: NodeDuty | null;
      if (event.kind === 'work') duty = event.taken = todo.next(event.backlog);
      else duty = todo.admit(event) ? event : null;
      if (duty === null) return false;
      try {
        if (!handle(protocol, duty)) return false;
        world.happened(id);
      } catch (thrown) {
        crashed(thrown);
      }
      return true;
    },
    probes: () => ({ ...probes }),
    inspect: () => protocol?.inspect?.() ?? null,
    durable: storage.durable,
  };
}
