/** What each node was over the course of a run, and what is worth a word about it. */

import type { Json } from '../../src/history/operation.ts';
import type { TraceRecord } from '../../src/store/run.ts';
import { value } from '../words.ts';
import type { Moment } from './messages.ts';

/** A node from one change to the next. */
export interface Stretch {
  readonly node: string;
  readonly from: Moment;
  /** Null for what lasts. */
  readonly to: Moment | null;
  /** As the node said; null where it says none. */
  readonly role: string | null;
  readonly term: number | null;
  readonly up: boolean;
}

/** Something that happened at a node. */
export interface Note {
  readonly node: string;
  readonly at: Moment;
  readonly kind: 'crash' | 'violation' | 'stop' | 'restart' | 'note';
  readonly text: string;
  /** All of it. */
  readonly title: string;
}

const termProbes: ReadonlySet<string> = new Set(['term', 'view', 'epoch', 'ballot']);
/** Shown by the band, by who leads elsewhere, or by what other probes say. */
const silent: ReadonlySet<string> = new Set(['role', 'leader', 'election-won', 'applied', 'snapshot', ...termProbes]);

type State = Pick<Stretch, 'role' | 'term' | 'up'>;

function changed(state: State, { kind, name, detail }: TraceRecord): State {
  if (kind === 'exit' || kind === 'crash') return { role: null, term: null, up: false };
  if (kind === 'start' && !state.up) return { role: null, term: null, up: true };
  if (kind === 'probe' && name === 'role' && typeof detail === 'string') return { ...state, up: true, role: detail };
  if (kind === 'probe' && termProbes.has(name) && typeof detail === 'number')
    return { ...state, up: true, term: detail };
  return state;
}

/** The stretches of one node. What it says of itself in one instant is one change. */
export function stretchesOf(node: string, records: readonly TraceRecord[]): readonly Stretch[] {
  const stretches: { -readonly [Field in keyof Stretch]: Stretch[Field] }[] = [];
  let state: State = { role: null, term: null, up: false };
  for (const [seq, record] of records.entries()) {
    if (record.node !== node) continue;
    const next = changed(state, record);
    if (next.role === state.role && next.term === state.term && next.up === state.up) continue;
    state = next;
    const at: Moment = { seq, ns: record.time };
    const last = stretches.at(-1);
    if (last?.from.ns === at.ns && last.up === next.up) Object.assign(last, next);
    else {
      if (last !== undefined) last.to = at;
      stretches.push({ node, from: at, to: null, ...next });
    }
  }
  return stretches;
}

const spoken = (detail: Json | undefined): string =>
  detail === undefined || detail === null ? '' : ` ${value(detail)}`;

/** What is worth a word, in the order of the trace. A node's first start is not. */
export function notesOf(records: readonly TraceRecord[]): readonly Note[] {
  const notes: Note[] = [];
  const started = new Set<string>();
  const commits = new Map<string, Json>();
  for (const [seq, { time: ns, node, kind, name, detail }] of records.entries()) {
    const note = (of: Note['kind'], text: string, title = text): void => {
      notes.push({ node, at: { seq, ns }, kind: of, text, title });
    };
    switch (kind) {
      case 'start':
        if (started.has(node)) note('restart', 'restarts');
        started.add(node);
        commits.delete(node);
        break;
      case 'exit':
        if (notes.at(-1)?.kind !== 'crash' || notes.at(-1)?.node !== node) note('stop', 'goes down');
        break;
      case 'crash':
        note('crash', 'crashes', `crashes: ${name}${spoken(detail)}`);
        break;
      case 'violation':
        note('violation', name, `${name}: ${typeof detail === 'string' ? detail : value(detail)}`);
        break;
      case 'gauge':
        if (name !== 'commit' || detail === undefined || detail === (commits.get(node) ?? 0)) break;
        commits.set(node, detail);
        note('note', `commits up to ${value(detail)}`);
        break;
      case 'log':
      case 'probe':
        if (!silent.has(name)) note('note', `${name.replaceAll('-', ' ')}${spoken(detail)}`);
    }
  }
  return notes;
}
