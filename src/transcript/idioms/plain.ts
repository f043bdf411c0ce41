/** Any system at all: its role, term and commit index by the probes of these names, its messages by their `type`. */

import type { Json } from '../../../systems/protocol.ts';
import { nothingSeen, type Dialect, type Idiom, type Told, type View } from '../idiom.ts';

type Fields = Readonly<Record<string, Json>>;

export const fieldsOf = (value: Json | undefined): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** Requests as a register or a list takes them: the value itself, and nothing to carry. */
export const plainDialect: Dialect = {
  request: ({ f, key, value }) => ({ f, ...(key === undefined ? {} : { key }), ...(value === null ? {} : { value }) }),
  understood: ({ f, value: wanted }, value) => ({ value: f === 'read' ? value : wanted, context: null }),
};

const textMax = 100;

function told(message: Json): Told {
  const { type, ...rest } = fieldsOf(message);
  const kind = typeof type === 'string' ? type : 'message';
  const text = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  const term = ['term', 'view', 'epoch', 'ballot'].map((name) => rest[name]).find((of) => typeof of === 'number');
  return {
    kind,
    text: kind + (text.length > textMax ? `${text.slice(0, textMax)}…` : text),
    brief: kind.replaceAll('-', ' ') + (term === undefined ? '' : `, t${String(term)}`),
    routine: false,
  };
}

const numberOf = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);

export const plain: Idiom = {
  name: 'plain',
  look({ probes }): View {
    const role = probes.get('role');
    return {
      ...nothingSeen,
      role: typeof role === 'string' ? role : null,
      leads: role === 'leader',
      term: numberOf(probes.get('term')),
      committed: numberOf(probes.get('commit')),
    };
  },
  glyph: (role) => (role === 'leader' ? '●' : role === 'follower' ? '○' : role.slice(0, 1)),
  message: told,
  dialect: plainDialect,
};
