/** What a scenario says of one node. A statement that does not hold ends the scenario. */

import type { NodeId } from '../../systems/protocol.ts';
import { UsageError } from '../errors.ts';
import type { Duration } from './duration.ts';
import { logText, type LogView, type View } from '../transcript/idiom.ts';
import type { Stage } from './stage.ts';

export interface ScenarioNode {
  readonly id: NodeId;
  /** What is seen of it now. */
  view(): View;

  isUp(): void;
  isDown(): void;
  isLeader(): void;
  /** It is up and does not lead. */
  isNotLeader(): void;
  hasRole(role: string): void;
  hasTerm(term: number): void;
  /** Its log, entry by entry: `'1 1 4'`, or `'(10) 4'` where the first ten stand in a snapshot only. */
  hasLog(log: string): void;
  /** Its log ends with these entries. */
  hasLogEnding(entries: string): void;
  /** Of its log, so many entries are committed. */
  hasCommitted(entries: number): void;

  /** Lets time pass until it leads; fails after `within` (default 5 s). */
  becomesLeader(within?: Duration): Promise<void>;
}

export function scenarioNode(stage: Stage, id: NodeId): ScenarioNode {
  const view = (): View => stage.view(id);
  const claim = (statement: string, holds: boolean, instead: () => string): void => {
    stage.claim(`${id} ${statement}`, holds ? null : instead());
  };
  const logOf = (): LogView => {
    if (stage.condition(id) === 'down') return { compacted: 0, entries: [] };
    return view().log ?? unseen('log', stage);
  };
  const clean = (text: string): string => text.trim().replace(/\s+/g, ' ');

  const node: ScenarioNode = {
    id,
    view,
    isUp: () => claim('is up', stage.condition(id) !== 'down', () => 'it is down'),
    isDown: () => claim('is down', stage.condition(id) === 'down', () => 'it is up'),
    isLeader: () => claim('leads', view().leads, () => inWords(stage, id)),
    isNotLeader() {
      claim('does not lead', stage.condition(id) !== 'down' && !view().leads, () => inWords(stage, id));
    },
    hasRole: (role) => claim(`is ${role}`, view().role === role, () => inWords(stage, id)),
    hasTerm: (term) => claim(`is in term ${term}`, view().term === term, () => inWords(stage, id)),
    hasLog(log) {
      const has = logText(logOf());
      claim(`has the log ${clean(log) || 'of nothing'}`, has === clean(log), () => `its log is ${has || 'empty'}`);
    },
    hasLogEnding(entries) {
      const has = logText(logOf());
      const ends = ` ${has}`.endsWith(` ${clean(entries)}`);
      claim(`has a log that ends with ${clean(entries)}`, ends, () => `its log is ${has || 'empty'}`);
    },
    hasCommitted(entries) {
      const committed = view().committed ?? unseen('commit index', stage);
      claim(
        entries === 0 ? 'has committed nothing' : `has committed ${entries} ${entries === 1 ? 'entry' : 'entries'}`,
        committed === entries,
        () => `it has committed ${committed === 0 ? 'nothing' : committed}`,
      );
    },
    async becomesLeader(within = '5s') {
      await stage.until(`${id} becomes leader`, () => node.isLeader(), within);
    },
  };
  return node;
}

function inWords(stage: Stage, id: NodeId): string {
  if (stage.condition(id) === 'down') return `${id} is down`;
  const { role, term } = stage.view(id);
  return `${id} is ${role ?? 'of no role that could be seen'}${term === null ? '' : ` in term ${term}`}`;
}

function unseen(what: string, { idiom: { name } }: Stage): never {
  throw new UsageError(`the ${what} of a node can't be seen in the idiom "${name}": see Idiom in clew/scenario`);
}
