/** Whether the history of a scenario is one that its system may give, by what the system's workloads promise. */

import { causal } from '../../checkers/causal/checker.ts';
import { explanationLines } from '../../checkers/explanation/lines.ts';
import { evidenceLines } from '../../checkers/linearizable/evidence/lines.ts';
import { checkLinearizable } from '../../checkers/linearizable/linearizable.ts';
import { appendList } from '../../checkers/models/append-list.ts';
import type { Model } from '../../checkers/models/model.ts';
import { register } from '../../checkers/models/register.ts';
import type { Checker } from '../../checkers/verdict.ts';
import type { System } from '../../systems/protocol.ts';
import type { History } from '../history/operation.ts';

export interface Promised {
  /** `the history is linearizable` */
  readonly statement: string;
  /** Why it is not, with the evidence; null when it is. */
  problem(history: History): string | null;
}

/** What a system promises by its workloads; by `checkers` instead, where there are any. */
export function promisesOf({ workloads }: System, checkers?: readonly Checker[]): readonly Promised[] {
  if (checkers !== undefined) return checkers.map(checked);
  return workloads.some((name) => name.startsWith('kv-')) ? [causallyConsistent] : [linearizable];
}

const checked = (checker: Checker): Promised => ({
  statement: `the history passes ${checker.name}`,
  problem(history) {
    const { valid, reason = 'it does not' } = checker.check(history);
    return valid === true ? null : reason;
  },
});

/** Keys that are appended to hold lists, all others registers. Linearizability is local: each may be looked at by itself. */
const linearizable: Promised = {
  statement: 'the history is linearizable',
  problem(history) {
    const lists = new Set(history.filter(({ f }) => f === 'append').map(({ key }) => key));
    const [ofLists, ofRegisters] = [true, false].map((isList) =>
      history.filter(({ key }) => lists.has(key) === isList).map((operation, index) => ({ ...operation, index })),
    );
    return misfit(ofLists ?? [], appendList) ?? misfit(ofRegisters ?? [], register);
  },
};

function misfit<State>(history: History, model: Model<State>): string | null {
  const verdict = checkLinearizable(history, model);
  if (verdict.valid === true) return null;
  return [verdict.reason ?? 'it is not', '', ...evidenceLines(verdict, history, model)].join('\n').trimEnd();
}

const causallyConsistent: Promised = {
  statement: 'the history is causally consistent and converges',
  problem(history) {
    const { valid, reason = 'it is not', explanations } = causal().check(history);
    if (valid === true) return null;
    const [first] = explanations;
    return [reason, ...(first === undefined ? [] : ['', ...explanationLines(first, (position) => position + 1)])].join(
      '\n',
    );
  },
};
