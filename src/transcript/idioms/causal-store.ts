/** The causal store: a node's log is the writes that it has delivered, in its order, each as its sender and number. */

import type { CausalMessage, Write } from '../../../systems/causal-store/messages.ts';
import { numberOf } from '../../../systems/causal-store/messages.ts';
import type { Json } from '../../../systems/protocol.ts';
import { nothingSeen, type Dialect, type Idiom } from '../idiom.ts';
import { fieldsOf } from './plain.ts';

const nameOf = (write: Write): string => `${write.sender}.${numberOf(write)}`;

/** A session carries the clock that its last answer gave it. The store's answers have seen all that was in the request. */
const dialect: Dialect = {
  request({ f, key, value }, context) {
    const clock = context ?? {};
    return { f, ...(key === undefined ? {} : { key }), value: f === 'read' ? { clock } : { value, clock } };
  },
  understood({ f, value: wanted }, value, context) {
    const { value: held = null, clock = context } = fieldsOf(value);
    return { value: f === 'read' ? held : wanted, context: merged(fieldsOf(context), fieldsOf(clock)) };
  },
};

function merged(a: Readonly<Record<string, Json>>, b: Readonly<Record<string, Json>>): Json {
  const nodes = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(nodes.map((node) => [node, Math.max(Number(a[node] ?? 0), Number(b[node] ?? 0))]));
}

export const causalStoreIdiom: Idiom = {
  name: 'causal-store',
  look({ disk }) {
    const { first = 0, records = [] } = disk.logs.get('writes') ?? {};
    const entries = (records as readonly Write[]).map(nameOf);
    return { ...nothingSeen, log: { compacted: first, entries } };
  },
  glyph: () => '·',
  message(message) {
    const causal = message as unknown as CausalMessage;
    if (causal.type === 'have') {
      const counts = Object.entries(causal.vt).map(([node, count]) => `${node}.${count}`);
      const text = counts.join(' ') || 'nothing';
      return { kind: 'have', text: `I have ${text}`, brief: `has ${text}`, routine: true };
    }
    const writes = causal.writes.map((write) => `${nameOf(write)} (${write.key} = ${JSON.stringify(write.value)})`);
    return {
      kind: 'writes',
      text: `writes ${writes.join(', ')}${causal.more ? ', and there are more' : ''}`,
      brief: causal.writes.map((write) => `${nameOf(write)} ${write.key}=${JSON.stringify(write.value)}`).join(', '),
      routine: false,
    };
  },
  dialect,
};
