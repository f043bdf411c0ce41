/** Evidence put together from what was found node by node. */

import type { NodeId } from '../systems/protocol.ts';
import type { Evidence, NemesisTarget } from './fault.ts';

/** One measurement; same three values as the whole. */
export type Finding = Evidence;

/**
 * One finding without effect makes the whole `false`; else one with effect makes it `true`; else nothing was observed.
 * Findings in the same words about several subjects are told together.
 */
export function weigh(findings: readonly { readonly subject: string; readonly finding: Finding }[]): Evidence {
  const bits = findings.map(({ finding }) => finding.bit);
  const bit = bits.includes(false) ? false : bits.includes(true) ? true : 'unobserved';
  const byDetail = new Map<string, string[]>();
  for (const { subject, finding } of findings) {
    const subjects = byDetail.get(finding.detail) ?? [];
    if (!subjects.includes(subject)) subjects.push(subject);
    byDetail.set(finding.detail, subjects);
  }
  const detail = [...byDetail].map(([words, subjects]) => `${subjects.join(', ')} ${words}`).join('; ');
  return { bit, detail: detail === '' ? 'nothing happened that could be measured' : detail };
}

/** Waits until the cluster's clock shows `at`. */
export async function waitUntil(target: NemesisTarget, at: number): Promise<void> {
  const ms = at - target.clock.now();
  if (ms > 0) await target.clock.sleep(ms);
}

/** What the node says of itself, asked again and again for up to `withinMs`; null when it never answered. */
export async function untilObserved(target: NemesisTarget, node: NodeId, withinMs: number) {
  const deadline = target.clock.now() + withinMs;
  for (;;) {
    const observation = await target.observe(node);
    if (observation !== null || target.clock.now() >= deadline) return observation;
    await target.clock.sleep(50);
  }
}

/** `350 ms`, `4.2 s`, `1 h`. */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1000) return `${Math.round(ms)} ms`;
  if (size < 600_000) return `${Number((ms / 1000).toFixed(1))} s`;
  return size < 3_600_000 ? `${Number((ms / 60_000).toFixed(1))} min` : `${Number((ms / 3_600_000).toFixed(2))} h`;
}
