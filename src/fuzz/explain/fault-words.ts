/** A fault of a plan in one line. */

import type { FaultRecord } from '../../../nemesis/records.ts';
import type { NodeId } from '../../../systems/protocol.ts';
import type { DiskDamage, DiskTrouble, Edge, PacketRule } from '../../cluster/faults.ts';

export function faultInWords(fault: FaultRecord, nodes: readonly NodeId[]): string {
  switch (fault.kind) {
    case 'partition':
      return `cut: ${edgesInWords(fault.edges, nodes)}`;
    case 'packet':
      if ('clogged' in fault) return `what is sent waits: ${edgesInWords(fault.clogged, nodes)}`;
      return fault.rules.map((rule) => ruleInWords(rule, nodes)).join('; ');
    case 'kill':
      return `${fault.node} is killed`;
    case 'pause':
      return 'perEventMs' in fault
        ? `${fault.node} is slow: ${fault.perEventMs} ms more for everything`
        : `${fault.node} stands still`;
    case 'clock': {
      if ('timerRate' in fault) return `${fault.node}'s timers run at ${fault.timerRate} times their rate`;
      const { offsetMs, rate } = fault.skew;
      const runs = rate === 1 ? '' : `, and runs at ${rate} times true time`;
      return `${fault.node}'s wall clock is ${offsetMs < 0 ? `${-offsetMs} ms slow` : `${offsetMs} ms fast`}${runs}`;
    }
    case 'disk':
      return 'trouble' in fault
        ? `${fault.node}'s disk: ${troubleInWords(fault.trouble)}`
        : `${fault.node}'s disk: ${damageInWords(fault.damage)}`;
  }
}

function troubleInWords(trouble: DiskTrouble): string {
  switch (trouble.kind) {
    case 'slow':
      return `syncs take ${trouble.syncMs} ms more`;
    case 'stall':
      return 'no sync completes';
    case 'io-error':
      return 'the next sync fails';
    case 'torn':
      return 'a crash tears the last record';
  }
}

const damageInWords = ({ kind }: DiskDamage): string =>
  kind === 'bit-flip' ? 'a bit flips' : 'a record is written over another';

function ruleInWords({ edges, loss, delayMs, jitterMs, duplicate, reorder }: PacketRule, nodes: readonly NodeId[]) {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const what = [
    ...(loss === undefined ? [] : [`${percent(loss)} lost`]),
    ...(delayMs === undefined
      ? []
      : [`${delayMs}${jitterMs === undefined ? '' : ` to ${delayMs + jitterMs}`} ms later`]),
    ...(duplicate === undefined ? [] : [`${percent(duplicate)} doubled`]),
    ...(reorder === undefined ? [] : [`${percent(reorder)} held back`]),
  ];
  return `packets ${edgesInWords(edges, nodes)}: ${what.join(', ')}`;
}

const edgesMax = 6;

/** `n1 n2 | n3` where the edges are just what lies between groups; otherwise one by one. */
export function edgesInWords(edges: readonly Edge[], nodes: readonly NodeId[]): string {
  const names = new Set(edges.map((edge) => edge.join(' ')));
  const has = (from: NodeId, to: NodeId): boolean => names.has(`${from} ${to}`);
  const groups: NodeId[][] = [];
  for (const node of nodes) {
    const group = groups.find(([first]) => first !== undefined && !has(first, node) && !has(node, first));
    if (group === undefined) groups.push([node]);
    else group.push(node);
  }
  const groupOf = (node: NodeId): number => groups.findIndex((group) => group.includes(node));
  const isSplit = nodes.every((a) => nodes.every((b) => a === b || has(a, b) === (groupOf(a) !== groupOf(b))));
  if (isSplit && groups.length > 1) return groups.map((group) => group.join(' ')).join(' | ');
  if (groups.length === 1 && edges.length === nodes.length * (nodes.length - 1)) return 'everywhere';
  const told = new Set<string>();
  for (const [from, to] of edges) {
    if (!has(to, from)) told.add(`${from} to ${to}`);
    else if (!told.has(`${to} and ${from}`)) told.add(`${from} and ${to}`);
  }
  const list = [...told];
  return list.length > edgesMax
    ? `${list.slice(0, edgesMax).join(', ')} and ${list.length - edgesMax} more`
    : list.join(', ');
}
