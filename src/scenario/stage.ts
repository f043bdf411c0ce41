/** What a scenario is played on: the cluster, what is seen of it, the transcript, and what has been found so far. */

import type { NodeId } from '../../systems/protocol.ts';
import { unknownName, UsageError } from '../errors.ts';
import type { NodeEvent } from '../cluster/cluster.ts';
import { simulatedCluster, type SimulatedCluster } from '../cluster/simulator/cluster.ts';
import { millisecondsOf, type Duration } from './duration.ts';
import { NotYet, ScenarioError } from './failure.ts';
import { idiomOf } from '../transcript/idioms/index.ts';
import { nothingSeen, type Idiom, type View } from '../transcript/idiom.ts';
import { interposed } from './interposed.ts';
import { messageRules, type Fate, type MessageRules } from './message-rules.ts';
import { settingsOf, type ScenarioOptions } from './options.ts';
import { observer, type Stamp } from '../transcript/observer.ts';
import { transcript, type Kind, type Transcript } from '../transcript/transcript.ts';
import { waiting } from './waiting.ts';

/** A node: by its number from 1, its name, or what `t.node` gives. */
export type NodeChoice = number | NodeId | { readonly id: NodeId };
export type NodeChoices = NodeChoice | readonly NodeChoice[];

export type Condition = 'up' | 'paused' | 'down';

export interface Stage {
  readonly cluster: SimulatedCluster;
  readonly ids: readonly NodeId[];
  readonly idiom: Idiom;
  readonly rules: MessageRules;
  /** The only nodes that may stand for election; null: all. */
  candidates: ReadonlySet<NodeId> | null;
  nowMs(): number;
  text(): string;
  idOf(choice: NodeChoice): NodeId;
  idsOf(choices: NodeChoices): readonly NodeId[];
  condition(node: NodeId): Condition;
  /** What is seen of the node now; nothing while it is down. */
  view(node: NodeId): View;
  /** A line about a node, a client, or about all (`''`). */
  write(who: string, kind: Kind, text: string): void;
  /** Something that must hold: `problem` says why it does not, or is null. */
  claim(statement: string, problem: string | null): void;
  /** Throws when a promise of the system was broken since. */
  checkFindings(): void;
  /** Lets time pass until `condition` gives something other than false and does not fail. */
  until<T>(what: string, condition: () => T, within: Duration): Promise<Exclude<T, false>>;
  /** Lets time pass. */
  pass(duration: Duration): Promise<void>;
  setPaused(node: NodeId, isPaused: boolean): void;
}

const fates: Readonly<Record<Fate | 'release', { readonly kind: Kind; readonly word: string }>> = {
  drop: { kind: '×', word: 'lost' },
  double: { kind: '2', word: 'doubled' },
  hold: { kind: '…', word: 'held back' },
  release: { kind: '»', word: 'let go' },
};

export function stage(options: ScenarioOptions): Stage {
  const { ids, seed, simulator, disks } = settingsOf(options);
  const { system, mutant = null, idiom = idiomOf(system.name) } = options;
  const title = [system.name, ...(mutant === null ? [] : [`mutant ${mutant}`]), `${ids.length} nodes`, `seed ${seed}`];
  const record: Transcript = transcript(title.join(', '));
  const conditions = new Map<NodeId, Condition>(ids.map((id) => [id, 'down']));
  const findings: string[] = [];
  /** While it is waited for that something comes true: the statements that hold so far. Otherwise null. */
  let holding: string[] | null = null;
  let candidates: ReadonlySet<NodeId> | null = null;

  const condition = (node: NodeId): Condition => conditions.get(node) ?? 'down';
  const view = (node: NodeId): View => {
    if (condition(node) === 'down') return nothingSeen;
    return idiom.look({ ...inside.inside(node), disk: cluster.state.disk(node) });
  };
  const roleOf = (node: NodeId): string => {
    if (!conditions.has(node)) return '';
    const is = condition(node);
    if (is === 'down') return '†';
    if (is === 'paused') return '‖';
    const { role } = view(node);
    return role === null ? '·' : idiom.glyph(role);
  };
  const nowMs = (): number => cluster.clock.now();
  const stamp = (who: string): Stamp => {
    return { atMs: nowMs(), role: roleOf(who), term: conditions.has(who) ? view(who).term : null };
  };
  const note = (who: string, kind: Kind, text: string, as = stamp(who)): void => {
    record.add({ who, ...as, kind, text });
  };
  const write = (who: string, kind: Kind, text: string): void => {
    seen.settle();
    note(who, kind, text);
  };

  const rules = messageRules({
    tell: (message) => idiom.message(message),
    happened(what, from, to, told) {
      const { kind, word } = fates[what];
      // The scenario lets go when nothing happens; the others are fates of what an event sends.
      if (what === 'release') write(from, kind, `to ${to} ${word}: ${told.text}`);
      else seen.chosen(from, to, told, kind, word);
    },
  });
  const inside = interposed(system, mutant, {
    copies: rules.copies,
    delays: (node, timer) => timer === idiom.electionTimer && candidates !== null && !candidates.has(node),
  });
  const seen = observer({ idiom, view, write: note, stamp, fold: record.fold });

  const cluster = simulatedCluster({
    deployment: { system: inside.system, module: '', mutant: null, settings: options.settings ?? {} },
    runId: 'scenario',
    nodes: ids,
    seed,
    directory: null,
    simulator,
    disks,
    onStep() {
      seen.settle();
      wait.look();
    },
  });
  const wait = waiting(cluster.clock);
  cluster.onEvent((event: NodeEvent) => {
    if (event.kind === 'start') conditions.set(event.node, 'up');
    else if (event.kind === 'exit') conditions.set(event.node, 'down');
    seen.event(event);
    if (event.kind === 'crash') findings.push(`${event.node} crashed: ${detailOf(event)}`);
    if (event.kind === 'violation') findings.push(`${event.name} is broken at ${event.node}: ${detailOf(event)}`);
  });

  const fail = (statement: string, why: string): never => {
    throw new ScenarioError(statement, why, nowMs(), record.text());
  };
  const checkFindings = (): void => {
    const [first] = findings;
    if (first !== undefined) fail('every promise of the system is kept', first);
  };
  const idOf = (choice: NodeChoice): NodeId => {
    const id = typeof choice === 'number' ? `n${choice}` : typeof choice === 'string' ? choice : choice.id;
    if (!conditions.has(id)) throw unknownName('node', id, ids);
    return id;
  };

  return {
    cluster,
    ids,
    idiom,
    rules,
    get candidates() {
      return candidates;
    },
    set candidates(only) {
      candidates = only;
    },
    nowMs,
    text: record.text,
    idOf,
    idsOf(choices) {
      const list: readonly NodeChoice[] = Array.isArray(choices) ? choices : [choices as NodeChoice];
      return list.map(idOf);
    },
    condition,
    view,
    write,
    claim(statement, problem) {
      if (holding !== null) {
        if (problem !== null) throw new NotYet(problem);
        holding.push(statement);
        return;
      }
      checkFindings();
      if (problem !== null) fail(statement, problem);
      write('', '=', statement);
    },
    checkFindings,
    async until(what, condition, within) {
      let why = 'it did not come true';
      const look = () => {
        holding = [];
        try {
          const value = condition();
          return value === false && findings.length === 0 ? null : { value, statements: holding };
        } catch (thrown) {
          if (!(thrown instanceof NotYet)) throw thrown;
          why = thrown.message;
          return findings.length === 0 ? null : { value: null, statements: [] };
        } finally {
          holding = null;
        }
      };
      const found = await wait.until(look, millisecondsOf(within));
      checkFindings();
      if (found === null) return fail(what, `${why} within ${String(within)}`);
      for (const statement of found.statements) write('', '=', statement);
      return found.value as Exclude<ReturnType<typeof condition>, false>;
    },
    async pass(duration) {
      await cluster.clock.sleep(millisecondsOf(duration));
      checkFindings();
    },
    setPaused(node, isPaused) {
      if (condition(node) === 'down') throw new UsageError(`${node} is down: it can neither be paused nor go on`);
      conditions.set(node, isPaused ? 'paused' : 'up');
    },
  };
}

const detailOf = ({ name, detail }: NodeEvent): string => (typeof detail === 'string' ? detail : name);
