/** Writes the transcript's lines about nodes: what arrives, and what becomes different by it. */

import type { NodeId } from '../../systems/protocol.ts';
import type { NodeEvent } from '../cluster/cluster.ts';
import { logText, nothingSeen, type Idiom, type LogView, type Told, type View } from './idiom.ts';
import type { Kind, Line } from './transcript.ts';

export interface Observer {
  event(event: NodeEvent): void;
  /** A rule of the scenario has taken a message, or lets it go. */
  chosen(from: NodeId, to: NodeId, told: Told, kind: Kind, word: string): void;
  /** Whatever happened is over: says what is different now. */
  settle(): void;
}

export interface ObserverOptions {
  readonly idiom: Idiom;
  readonly view: (node: NodeId) => View;
  readonly write: (who: string, kind: Kind, text: string, as?: Stamp) => void;
  readonly stamp: (node: NodeId) => Stamp;
  /** Counts a message that needs no line. */
  readonly fold: () => void;
}

/** What a node was when something happened. */
export type Stamp = Pick<Line, 'atMs' | 'role' | 'term'>;

/** A line that is written once it is known whether the event changes anything. */
interface Draft {
  readonly who: NodeId;
  readonly kind: Kind;
  readonly text: string;
  readonly as: Stamp;
  /** Null for what is written in any case; otherwise what says the same again on this link is left out. */
  readonly link: string | null;
  readonly routine: boolean;
}

export function observer({ idiom, view, write, stamp, fold }: ObserverOptions): Observer {
  const before = new Map<NodeId, View>();
  /** The last message of each link, as it was written. */
  const last = new Map<string, string>();
  let drafts: Draft[] = [];
  let isStarting: NodeId | null = null;

  const flush = (isNews: boolean): void => {
    for (const { who, kind, text, as, link, routine } of drafts) {
      if (link !== null) {
        const again = last.get(link) === kind + text;
        if (!routine) last.set(link, kind + text);
        if ((routine || again) && !isNews) {
          fold();
          continue;
        }
      }
      write(who, kind, text, as);
    }
    drafts = [];
  };
  const draft = (who: NodeId, kind: Kind, text: string, told: Told | null, link: string | null): void => {
    drafts.push({ who, kind, text, as: stamp(who), link, routine: told?.routine ?? false });
  };

  return {
    event({ node, kind, name, detail }) {
      switch (kind) {
        case 'deliver': {
          const told = idiom.message(detail ?? null);
          draft(node, '←', `${name}: ${told.text}`, told, `${name} ${node}`);
          break;
        }
        case 'drop': {
          const told = idiom.message(detail ?? null);
          draft(node, '×', `to ${name} lost: ${told.text}`, told, `${node} ${name}`);
          break;
        }
        case 'start':
          isStarting = node;
          before.set(node, nothingSeen);
          break;
        case 'exit':
          before.delete(node);
          flush(true);
          write(node, '▼', 'is down');
          break;
        case 'crash':
        case 'violation':
          draft(node, '⚡', `${name}: ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`, null, null);
          break;
        case 'log':
          draft(node, '!', name, null, null);
          break;
        case 'probe':
        case 'send':
        case 'timer':
        case 'sync':
        case 'request':
        case 'reply':
        case 'refuse':
        case 'gauge':
          break;
      }
    },
    chosen(from, to, told, kind, word) {
      draft(from, kind, `to ${to} ${word}: ${told.text}`, told, `${from} ${to} ${word}`);
    },
    settle() {
      const news: { readonly id: NodeId; readonly kind: Kind; readonly text: string }[] = [];
      for (const [id, was] of before) {
        const is = view(id);
        if (isStarting === id) news.push({ id, kind: '▲', text: startText(is) });
        else for (const change of changes(was, is)) news.push({ id, ...change });
        before.set(id, is);
      }
      isStarting = null;
      // What was sent because of the change comes after it.
      const arrived = drafts.filter(({ kind }) => kind === '←');
      const rest = drafts.filter(({ kind }) => kind !== '←');
      drafts = arrived;
      flush(news.length > 0);
      for (const { id, kind, text } of news) write(id, kind, text);
      drafts = rest;
      flush(false);
    },
  };
}

function startText({ log }: View): string {
  if (log === null) return 'starts';
  return `starts with ${log.entries.length + log.compacted === 0 ? 'an empty log' : `the log ${logText(log)}`}`;
}

type Change = { readonly kind: Kind; readonly text: string };

function changes(was: View, is: View): readonly Change[] {
  return [...roleChange(was, is), ...logChanges(was.log, is.log), ...commitChange(was, is)];
}

function roleChange(was: View, is: View): readonly Change[] {
  if (is.role !== was.role && is.role !== null) return [{ kind: '!', text: `is ${is.role}` }];
  if (is.term !== was.term && is.term !== null) return [{ kind: '!', text: `is in term ${is.term}` }];
  return [];
}

/** Longer logs are shown from their end. */
const shownMax = 24;

function shown(entries: readonly string[]): string {
  const text = entries.slice(-shownMax).join(' ');
  return entries.length > shownMax ? `… ${text}` : text;
}

function logChanges(was: LogView | null, is: LogView | null): readonly Change[] {
  if (was === null || is === null) return [];
  const changed: Change[] = [];
  const first = Math.max(was.compacted, is.compacted);
  const old = was.entries.slice(first - was.compacted);
  const now = is.entries.slice(first - is.compacted);
  let same = 0;
  while (same < Math.min(old.length, now.length) && old[same] === now[same]) same++;
  const kept = now.slice(0, same);
  const left = logText({ compacted: first, entries: kept.slice(-shownMax) });
  if (is.compacted > was.compacted) {
    changed.push({ kind: '-', text: `has its first ${is.compacted} entries in a snapshot` });
  }
  if (same < old.length) {
    changed.push({
      kind: '-',
      text: `cuts ${shown(old.slice(same))} off its log, which leaves ${left || 'nothing'}`,
    });
  }
  if (same < now.length) {
    changed.push({
      kind: '+',
      text: `log ${left && `${left} `}| ${shown(now.slice(same))}`,
    });
  }
  return changed;
}

function commitChange(was: View, is: View): readonly Change[] {
  const before = was.committed ?? 0;
  const now = is.committed ?? 0;
  if (now <= before) return [];
  return [{ kind: '✓', text: before + 1 === now ? `commits ${now}` : `commits ${before + 1} to ${now}` }];
}
