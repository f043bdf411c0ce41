/**
 * The transcript of a run: one line an event, in fixed columns, to be reviewed as prose and compared as text.
 *
 *     time  node  role kind  term  what
 *
 * A role is one character (`●` leads, `○` follows, `†` down, `‖` paused; the others are the idiom's), and so is the kind of
 * line:
 *
 *     ←  a message arrives        !  another role or term     ▲  the process starts    ?  a client asks
 *     ×  a message is lost        +  entries come to the log  ▼  it ends               .  and is answered
 *     …  one is held back         -  entries are cut off      ‖  it stands still       §  a note of the scenario
 *     »  one is let go            ✓  entries are committed    ▸  it goes on            =  a statement that holds
 *     2  one is doubled           ≁  a fault begins           ~  it is over            ⚡ a promise is broken
 *
 * A message is lost when a link is cut, its receiver is down, or a rule of the scenario drops it; its line is the sender's.
 * Messages that come again and again and change nothing are counted, not shown.
 */

export type Kind =
  | '←'
  | '×'
  | '…'
  | '»'
  | '2'
  | '!'
  | '+'
  | '-'
  | '✓'
  | '▲'
  | '▼'
  | '‖'
  | '▸'
  | '≁'
  | '~'
  | '?'
  | '.'
  | '§'
  | '='
  | '⚡';

export interface Line {
  /** Of virtual time. */
  readonly atMs: number;
  /** The node, or the client; empty for what concerns all. */
  readonly who: string;
  readonly role: string;
  readonly term: number | null;
  readonly kind: Kind;
  readonly text: string;
}

export interface Transcript {
  add(line: Line): void;
  /** A message that is not worth a line. */
  fold(): void;
  text(): string;
}

const widths = { time: 9, who: 6, term: 3 } as const;

/** What was left out is mentioned at the next pause of so many ms, lest it stand between lines that belong together. */
const pauseMs = 20;

export function transcript(title: string): Transcript {
  const lines: string[] = [title];
  let folded = 0;
  let lastMs = 0;

  const mention = (): readonly string[] => {
    if (folded === 0) return [];
    return [`${' '.repeat(widths.time)}  ⋮ ${folded} ${folded === 1 ? 'message' : 'messages'} without news`];
  };
  return {
    add({ atMs, who, role, term, kind, text }) {
      if (atMs - lastMs >= pauseMs || kind === '§') {
        lines.push(...mention());
        folded = 0;
      }
      if (kind === '§' || lines.length === 1) lines.push('');
      lastMs = atMs;
      const columns = [
        atMs.toFixed(1).padStart(widths.time),
        who.padEnd(widths.who),
        `${role || ' '} ${kind}`,
        String(term ?? '').padStart(widths.term),
        text,
      ];
      lines.push(columns.join('  ').trimEnd());
    },
    fold() {
      folded++;
    },
    text: () => `${[...lines, ...mention()].join('\n')}\n`,
  };
}
