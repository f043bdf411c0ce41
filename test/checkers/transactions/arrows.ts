/** Whether what a violation claims of transactions is so, by the definitions of its arrows. */

import type { TransactionModelVerdict } from '../../../checkers/transactions/transactions.ts';
import type { Arrow } from '../../../checkers/causal/patterns.ts';
import { pairs } from '../../../src/history/pairs.ts';
import type { History, Json } from '../../../src/history/operation.ts';

type Micro = readonly [f: string, key: string, value: Json];

/** The arrows that do not hold in `history`, which must be differentiated. Rows are places among the invocations. */
export function unfounded(history: History, { model, violations }: TransactionModelVerdict): readonly Arrow[] {
  const all = pairs(history).map(({ invocation, completion }) => {
    const isOk = completion?.type === 'ok';
    const micros = (isOk ? completion.value : invocation.value) as unknown as readonly Micro[];
    return {
      process: invocation.process,
      isFailed: completion?.type === 'fail',
      isUnknown: completion === null || completion.type === 'info',
      reads: isOk ? micros.filter(([f]) => f === 'r') : [],
      writes: micros.filter(([f]) => f === 'w'),
    };
  });
  /** Of a failed transaction only what nobody else wrote. */
  const writerOf = ([, key, value]: Micro): number => {
    const isWriter = ({ writes }: (typeof all)[number]): boolean =>
      writes.some(([, name, written]) => name === key && written === value);
    const writer = all.findIndex((one) => !one.isFailed && isWriter(one));
    return writer >= 0 ? writer : all.findIndex(isWriter);
  };
  const readsFrom = (a: number, b: number): boolean => all[b]?.reads.some((read) => writerOf(read) === a) === true;
  const so = (a: number, b: number): boolean => {
    const [one, other] = [all[a], all[b]];
    return one !== undefined && one.process === other?.process && a < b && !one.isUnknown;
  };
  const step = (a: number, b: number): boolean => a !== b && (so(a, b) || readsFrom(a, b));
  const reaches = (a: number, b: number, seen: readonly number[] = [a]): boolean =>
    all.some((_, next) => !seen.includes(next) && step(a, next) && (next === b || reaches(next, b, [...seen, next]))) ||
    (a === b && all.some((_, next) => step(a, next) && reaches(next, a)));
  /** t3 read a key that t2 writes from t1, under the premise of the model. */
  const derived = (t2: number, t1: number, t3: number): boolean =>
    all[t3]?.reads.some((read, at) => {
      if (writerOf(read) !== t1 || all[t2]?.writes.some(([, key]) => key === read[1]) !== true) return false;
      if (model === 'read-committed') return all[t3]?.reads.slice(0, at).some((one) => writerOf(one) === t2) === true;
      return model === 'read-atomic' ? step(t2, t3) : reaches(t2, t3);
    }) === true;
  const holds = ({ from, to, relation, because }: Arrow): boolean => {
    if (relation === 'po') return so(from, to);
    if (relation === 'rf') return all[to]?.reads.some((read) => writerOf(read) === from) === true;
    if (relation === 'co') return reaches(from, to);
    return relation === 'cf' && because !== undefined && derived(from, to, because);
  };
  return violations.flatMap(({ arrows }) => arrows.filter((arrow) => !holds(arrow)));
}
