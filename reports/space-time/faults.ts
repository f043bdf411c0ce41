/** The faults of a run in a few words each, with when they began and ended. */

import type { FaultRecord } from '../../nemesis/records.ts';
import type { Edge, PacketRule } from '../../src/cluster/faults.ts';
import type { TestRecord } from '../../src/store/run.ts';
import type { FaultInterval } from '../faults.ts';

export interface FaultSpan {
  readonly kind: string;
  readonly words: string;
  readonly fromNs: number;
  /** Null for what has no end, or none before the run's. */
  readonly toNs: number | null;
  /** The nodes that it stops, where it is a pause. */
  readonly paused: readonly string[];
}

/** `n3 | n1 n5` where the edges are those between groups; otherwise who is not heard by whom, `n3 → n1 n5`. */
export function edgesInWords(edges: readonly Edge[], nodes: readonly string[]): string {
  const silent = new Set(edges.map((edge) => JSON.stringify(edge)));
  const isCut = (a: string, b: string): boolean => silent.has(JSON.stringify([a, b]));
  const groups: string[][] = [];
  for (const node of nodes) {
    const own = groups.find((group) => group.every((other) => !isCut(node, other) && !isCut(other, node)));
    if (own === undefined) groups.push([node]);
    else own.push(node);
  }
  const between = groups.flatMap((group) =>
    group.flatMap((a) => groups.filter((other) => other !== group).flatMap((other) => other.map((b) => isCut(a, b)))),
  );
  if (groups.length > 1 && between.every(Boolean)) return groups.map((group) => group.join(' ')).join(' | ');
  const inOrder = (some: readonly string[]): string => nodes.filter((node) => some.includes(node)).join(' ');
  const receivers = [...Map.groupBy(edges, ([from]) => from)].map(([from, some]) => {
    return { from, to: inOrder(some.map(([, to]) => to)) };
  });
  return [...Map.groupBy(receivers, ({ to }) => to)]
    .map(([to, some]) => `${inOrder(some.map(({ from }) => from))} → ${to}`)
    .join(', ');
}

const percent = (share: number): string => `${String(Math.round(share * 100))} %`;

function ruleInWords(rule: PacketRule, nodes: readonly string[]): string {
  const { edges, loss = 0, delayMs = 0, jitterMs = 0, duplicate = 0, reorder = 0 } = rule;
  const what = [
    loss > 0 && `${percent(loss)} lost`,
    (delayMs > 0 || jitterMs > 0) &&
      `late by ${String(delayMs)}${jitterMs > 0 ? ` to ${String(delayMs + jitterMs)}` : ''} ms`,
    duplicate > 0 && `${percent(duplicate)} doubled`,
    reorder > 0 && `${percent(reorder)} overtaken`,
  ].filter((part) => part !== false);
  const every = edges.length === nodes.length * (nodes.length - 1);
  return `${what.join(', ') || 'nothing'}${every ? '' : `: ${edgesInWords(edges, nodes)}`}`;
}

const signed = (n: number): string => (n < 0 ? `−${String(-n)}` : `+${String(n)}`);

/** What is wrong, in a few words. */
export function faultInWords(fault: FaultRecord, nodes: readonly string[]): string {
  switch (fault.kind) {
    case 'partition':
      return `cut ${edgesInWords(fault.edges, nodes)}`;
    case 'packet':
      if ('clogged' in fault) return `held up: ${edgesInWords(fault.clogged, nodes)}`;
      return fault.rules.map((rule) => ruleInWords(rule, nodes)).join('; ');
    case 'kill':
      return `${fault.node} killed`;
    case 'pause':
      return 'perEventMs' in fault
        ? `${fault.node} slow: ${String(fault.perEventMs)} ms an event`
        : `${fault.node} paused`;
    case 'clock': {
      if ('timerRate' in fault) return `${fault.node}’s timers run ${String(fault.timerRate)} times as fast`;
      const { offsetMs, rate } = fault.skew;
      const runs = rate === 1 ? '' : `, runs ${String(rate)} times as fast`;
      return `${fault.node}’s clock jumps ${signed(offsetMs)} ms${runs}`;
    }
    case 'disk':
      return 'trouble' in fault
        ? `${fault.node}’s disk: ${fault.trouble.kind}${fault.trouble.kind === 'slow' ? ` by ${String(fault.trouble.syncMs)} ms` : ''}`
        : `${fault.node}’s disk: ${fault.damage.kind}`;
  }
}

/** Of a plan that lists its faults these; otherwise those that the nemesis told of. */
export function faultSpans({ plan, nodes }: TestRecord, intervals: readonly FaultInterval[]): readonly FaultSpan[] {
  if (plan?.course.kind !== 'listed') {
    return intervals.map(({ kind, shape, nodes: on, groups, fromNs, toNs, ended }) => {
      const where = groups.length > 0 ? groups.map((group) => group.join(' ')).join(' | ') : on.join(' ');
      const words = [kind, shape, where].filter((part) => part !== '').join(' ');
      return { kind, words, fromNs, toNs: ended ? toNs : null, paused: kind === 'pause' ? on : [] };
    });
  }
  const { faults, healMs } = plan.course;
  return faults.map((fault) => {
    const until = fault.untilMs ?? (isLasting(fault) ? null : (healMs.find((ms) => ms >= fault.atMs) ?? null));
    return {
      kind: fault.kind,
      words: faultInWords(fault, nodes),
      fromNs: Math.round(fault.atMs * 1e6),
      toNs: until === null ? null : Math.round(until * 1e6),
      paused: fault.kind === 'pause' && !('perEventMs' in fault) ? [fault.node] : [],
    };
  });
}

const isLasting = (fault: FaultRecord): boolean => fault.kind === 'disk' && 'damage' in fault;
