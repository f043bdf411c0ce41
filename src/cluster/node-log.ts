/** What a node's process prints, as node events. */

import type { Json, NodeId } from '../../systems/protocol.ts';
import { realClock } from './clock.ts';
import type { NodeEvent } from './cluster.ts';

const kinds: ReadonlySet<string> = new Set<NodeEvent['kind']>([
  'probe',
  'start',
  'exit',
  'crash',
  'log',
  'send',
  'deliver',
  'drop',
  'timer',
  'sync',
]);

/**
 * One line of a node's output. The host prints JSON lines `{at, kind, name, detail?}` with `at` in ms since the epoch
 * with fractions, which is `realClock`'s time; anything else becomes a `log` event named after the line, at `now()`.
 */
export function parseNodeLog(node: NodeId, line: string, now: () => number = realClock.now): NodeEvent {
  return parseHostLine(node, line) ?? { node, at: now(), kind: 'log', name: line };
}

function parseHostLine(node: NodeId, line: string): NodeEvent | null {
  if (!line.startsWith('{')) return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const { at, kind, name, detail } = value as Readonly<Record<string, unknown>>;
  if (typeof at !== 'number' || typeof kind !== 'string' || !kinds.has(kind) || typeof name !== 'string') return null;
  const event = { node, at, kind: kind as NodeEvent['kind'], name };
  return detail === undefined ? event : { ...event, detail: detail as Json };
}

/** What an event says, for a person: its name, and the message that came with it when that is another. */
export function wordsOf({ name, detail }: Pick<NodeEvent, 'name' | 'detail'>): string {
  const said = typeof detail === 'object' && detail !== null && 'message' in detail ? detail['message'] : detail;
  return typeof said === 'string' && said !== name ? `${name}: ${said}` : name;
}
