/** What a checker that found nothing says for itself, in one sentence drawn from its evidence. */

import type { Verdict } from '../checkers/verdict.ts';
import type { Json } from '../src/history/operation.ts';
import { agreementInWords } from './agreement.ts';
import { evidenceOf, isLinearizable } from './evidence.ts';
import { spectrumIn, strongestInWords } from './spectrum.ts';
import { count, duration, named, number, value } from './words.ts';

type Fields = Readonly<Record<string, Json>>;

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const fieldOf = (value: Json | undefined, name: string): Json => {
  const fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
  return fields[name] ?? null;
};

function availability(evidence: Fields): string | null {
  const [before, after] = [fieldOf(evidence['before'], 'ms'), evidence['recoveredAfterMs']];
  if (typeof before !== 'number') return null;
  const healed = typeof after === 'number' ? `; the first ok came ${duration(after * 1e6)} after healing` : '';
  return `At most ${duration(before * 1e6)} went by without an ok${healed}.`;
}

function exceptions(evidence: Fields): string | null {
  const errors = listOf(evidence['errors']);
  if (errors.length === 0) return 'No operation had an error.';
  const total = errors.reduce<number>((sum, group) => sum + Number(fieldOf(group, 'count')), 0);
  const [f, error] = [fieldOf(errors[0], 'f'), fieldOf(errors[0], 'error')];
  return `${count(total, 'error')} of ${count(errors.length, 'kind')}, most often ${value(f)}: ${typeof error === 'string' ? error : value(error)}.`;
}

function faults(evidence: Fields): string | null {
  const all = listOf(evidence['faults']);
  const bit = all.filter((fault) => fieldOf(fault, 'bit') === true).length;
  return all.length === 0
    ? 'No faults were asked for.'
    : `${number(bit)} of ${count(all.length, 'fault')} were measured to take effect.`;
}

function stats(evidence: Fields): string | null {
  const { count: total, ok, info } = evidence;
  if (typeof total !== 'number' || typeof ok !== 'number') return null;
  const unsure = typeof info === 'number' && info > 0 ? `, and ${number(info)} of unknown outcome` : '';
  return `${number(ok)} of ${count(total, 'operation')} were ok${unsure}.`;
}

function consistency(evidence: Fields): string | null {
  const verdict = spectrumIn({ consistency: evidence });
  return verdict === null ? null : `The strongest model that holds: ${strongestInWords(verdict)}.`;
}

function causal(evidence: Fields): string | null {
  const models = Object.entries(evidence['models'] ?? {});
  const holding = models.flatMap(([model, valid]) => (valid === true ? [model] : []));
  return holding.length === 0 ? null : `No read contradicts causal consistency: ${holding.join(' and ')} hold.`;
}

const byChecker: Readonly<Record<string, (evidence: Fields) => string | null>> = {
  availability,
  causal,
  consistency,
  convergence: agreementInWords,
  exceptions,
  faults,
  stats,
  crashes: (evidence) => (listOf(evidence['crashes']).length === 0 ? 'No node crashed by itself.' : null),
};

/** `acknowledged 612, longest 1.2 s`: the plain numbers and words among a verdict's evidence. */
function plain(fields: readonly (readonly [string, Json])[]): string {
  const parts = fields.flatMap(([name, value]) =>
    typeof value === 'number' || typeof value === 'string' ? [named(name, value).join(' ')] : [],
  );
  const listed = parts.slice(0, 4).join(', ');
  return listed === '' ? 'Nothing found.' : `${listed.charAt(0).toUpperCase()}${listed.slice(1)}.`;
}

/** The verdict's reason, or what stands for it. */
export function sentence(checker: string, verdict: Verdict): string {
  if (verdict.reason !== undefined) return verdict.reason;
  if (isLinearizable(verdict)) {
    const { valid, invalid, unknown } = verdict.parts;
    const keys = count(valid + invalid + unknown, 'key');
    return `${count(verdict.operations, 'operation')} over ${keys} have an order that explains them.`;
  }
  const fields = evidenceOf(verdict);
  const known = Object.hasOwn(byChecker, checker) ? byChecker[checker] : undefined;
  return known?.(Object.fromEntries(fields)) ?? plain(fields);
}
