/** The words of a scenario: faults, messages, clients, statements. What has no `await` takes no time. */

import type { Json, NodeId } from '../../systems/protocol.ts';
import type { FaultControl } from '../cluster/faults.ts';
import { UsageError } from '../errors.ts';
import type { Asking, Clients, ScenarioClient } from './clients.ts';
import type { Duration } from './duration.ts';
import { logText } from '../transcript/idiom.ts';
import { links } from './links.ts';
import type { Fate, HeldMessages, MessageRule, Messages } from './message-rules.ts';
import { scenarioNode, type ScenarioNode } from './node.ts';
import type { NodeChoice, NodeChoices, Stage } from './stage.ts';

/** Which messages: those that are all of what is given. */
export interface MessageChoice {
  readonly from?: NodeChoices;
  readonly to?: NodeChoices;
  /** As the transcript's idiom calls it; of most systems the message's `type`. */
  readonly kind?: string;
  /** Looks at the message itself, in the protocol's own form. */
  readonly where?: (message: Json) => boolean;
}

export interface Scenario extends Asking {
  /** Ms of virtual time since the start. */
  now(): number;
  /** A line of prose in the transcript. */
  note(text: string): void;

  // Nodes

  readonly nodes: readonly ScenarioNode[];
  node(choice: NodeChoice): ScenarioNode;
  /** Lets time pass until some node leads, at most 10 s, and gives the one of the highest term. */
  leader(): Promise<ScenarioNode>;
  /** As `leader`, but for those that are no news. */
  leaderOtherThan(old: NodeChoices): Promise<ScenarioNode>;
  /** Those that are up and do not lead. */
  followers(): readonly ScenarioNode[];
  /** From now on only these stand for election; without any, all do. The timers of the others are late. */
  candidates(...choices: readonly NodeChoice[]): void;
  /** Lets time pass until this node leads, while no other stands for election. */
  elect(choice: NodeChoice, within?: Duration): Promise<ScenarioNode>;
  /** All nodes that are up have the same log, entry by entry, as far as none has it in a snapshot only. */
  logsAgree(): void;

  // The network

  /** Cuts these off from all others, both ways. */
  isolate(choices: NodeChoices): void;
  /** Cuts what `from` sends to `to`; with `'both'` what comes back as well. Earlier cuts stay. */
  cut(from: NodeChoices, to: NodeChoices, ways?: 'one' | 'both'): void;
  /** Lets only those of the same group hear each other. */
  partition(...groups: readonly (readonly NodeChoice[])[]): void;
  /** Ends all cuts. */
  heal(): void;
  /** Loses these messages until the rule ends. */
  drop(messages: MessageChoice): MessageRule;
  /** Sends these messages twice. */
  duplicate(messages: MessageChoice): MessageRule;
  /** Keeps these messages back until they are released. */
  hold(messages: MessageChoice): HeldMessages;

  // Processes

  /** Ends the process at once; what it had not synced is lost, or, of a sync that is under way, may be. */
  crash(choices: NodeChoices): void;
  /** Starts the process on the disk that it left. */
  restart(choices: NodeChoices): Promise<void>;
  /** Makes the process stand still. What comes meanwhile waits for it, and its clocks go on. */
  pause(choices: NodeChoices): void;
  resume(choices: NodeChoices): void;
  /** All other faults of the simulator: disks, clocks, slow nodes. */
  readonly faults: FaultControl;

  // Clients

  /** The client of this name, for reads and for commands that are sent once. */
  client(name: string): ScenarioClient;
  /** The same, with a session, in which a command may be sent again. */
  session(name: string): Promise<ScenarioClient>;

  // Time

  /** Lets time pass. */
  runFor(duration: Duration): Promise<void>;
  /**
   * Lets time pass until `condition`, which is looked at after every event, gives something else than false and no
   * statement in it fails; gives that. Fails after `within` (default 10 s).
   */
  until<T>(condition: () => T, within?: Duration): Promise<Exclude<T, false>>;
}

export function script(stage: Stage, clients: Clients): Scenario {
  const { cluster, ids, idOf, idsOf, write } = stage;
  const { faults } = cluster;
  const network = links(faults, ids);
  const nodes = ids.map((id) => scenarioNode(stage, id));
  const node = (choice: NodeChoice): ScenarioNode => {
    const id = idOf(choice);
    return nodes.find((each) => each.id === id) ?? scenarioNode(stage, id);
  };
  const isUp = (id: NodeId): boolean => stage.condition(id) !== 'down';
  const leaderBesides = (old: readonly NodeId[]): ScenarioNode | false => {
    const leaders = ids.filter((id) => isUp(id) && !old.includes(id) && stage.view(id).leads);
    const [newest] = leaders.sort((a, b) => (stage.view(b).term ?? 0) - (stage.view(a).term ?? 0));
    return newest === undefined ? false : node(newest);
  };
  const rule = (fate: Fate, { from, to, kind, where }: MessageChoice): HeldMessages => {
    const messages: Messages = {
      ...(from === undefined ? {} : { from: idsOf(from) }),
      ...(to === undefined ? {} : { to: idsOf(to) }),
      ...(kind === undefined ? {} : { kind }),
      ...(where === undefined ? {} : { where }),
    };
    return stage.rules.add(fate, messages);
  };
  const list = (choices: NodeChoices): string => idsOf(choices).join(', ');
  const candidates = (...choices: readonly NodeChoice[]): void => {
    stage.candidates = choices.length === 0 ? null : new Set(choices.map(idOf));
  };

  return {
    now: stage.nowMs,
    note: (text) => write('', '§', text),

    nodes,
    node,
    leader: () => stage.until('there is a leader', () => leaderBesides([]), '10s'),
    leaderOtherThan: (old) =>
      stage.until(`there is a leader other than ${list(old)}`, () => leaderBesides(idsOf(old)), '10s'),
    followers: () => nodes.filter(({ id }) => isUp(id) && !stage.view(id).leads),
    candidates,
    async elect(choice, within = '5s') {
      const before = stage.candidates;
      if (stage.idiom.electionTimer === undefined) {
        throw new UsageError(`the idiom "${stage.idiom.name}" does not say by which timer nodes stand for election`);
      }
      candidates(choice);
      const elected = node(choice);
      await elected.becomesLeader(within);
      stage.candidates = before;
      return elected;
    },
    logsAgree() {
      stage.claim('the logs of all nodes agree', disagreement(stage));
    },

    isolate(choices) {
      const inside = idsOf(choices);
      const outside = ids.filter((id) => !inside.includes(id));
      write('', '≁', `${list(choices)} cut off from all others`);
      network.cut(inside, outside);
      network.cut(outside, inside);
    },
    cut(from, to, ways = 'one') {
      const isBoth = ways === 'both';
      write('', '≁', isBoth ? `between ${list(from)} and ${list(to)}` : `${list(to)} can't hear ${list(from)}`);
      network.cut(idsOf(from), idsOf(to));
      if (isBoth) network.cut(idsOf(to), idsOf(from));
    },
    partition(...groups) {
      const sides = groups.map(idsOf);
      write('', '≁', `partition ${sides.map((side) => side.join(' ')).join(' | ')}`);
      for (const side of sides)
        network.cut(
          side,
          ids.filter((id) => !side.includes(id)),
        );
    },
    heal() {
      write('', '~', 'the network is whole');
      network.heal();
    },
    drop: (messages) => rule('drop', messages),
    duplicate: (messages) => rule('double', messages),
    hold: (messages) => rule('hold', messages),

    crash(choices) {
      for (const id of idsOf(choices)) {
        if (!isUp(id)) throw new UsageError(`${id} is down already`);
        void faults.kill(id);
      }
    },
    async restart(choices) {
      await Promise.all(idsOf(choices).map((id) => faults.start(id)));
      stage.checkFindings();
    },
    pause(choices) {
      for (const id of idsOf(choices)) {
        stage.setPaused(id, true);
        void faults.pause(id);
        write(id, '‖', 'stands still');
      }
    },
    resume(choices) {
      for (const id of idsOf(choices)) {
        stage.setPaused(id, false);
        void faults.resume(id);
        write(id, '▸', 'goes on');
      }
    },
    faults,

    client: clients.client,
    session: clients.session,
    read: (key) => clients.anyone().read(key),
    write: (key, value) => clients.anyone().write(key, value),
    cas: (key, from, to) => clients.anyone().cas(key, from, to),
    append: (key, value) => clients.anyone().append(key, value),
    ask: (f, key, value) => clients.anyone().ask(f, key, value),

    runFor: stage.pass,
    until: (condition, within = '10s') => stage.until('what is waited for', condition, within),
  };
}

/** Why the logs do not agree; null when they do. */
function disagreement(stage: Stage): string | null {
  const logs = stage.ids.flatMap((id) => {
    const log = stage.condition(id) === 'down' ? null : stage.view(id).log;
    return log === null ? [] : [{ id, log, end: log.compacted + log.entries.length }];
  });
  const [first, ...others] = logs;
  if (first === undefined) return 'no log can be seen';
  const compacted = Math.max(...logs.map(({ log }) => log.compacted));
  const tail = ({ log }: (typeof logs)[number]): string => log.entries.slice(compacted - log.compacted).join(' ');
  const other = others.find((each) => each.end !== first.end || tail(each) !== tail(first));
  if (other === undefined) return null;
  return `that of ${first.id} is ${logText(first.log) || 'empty'}, that of ${other.id} ${logText(other.log) || 'empty'}`;
}
