/** Histories of operations that say which node they were at: each completes before the next begins. */

import type { History, Json, Operation } from '../../../src/history/operation.ts';

export interface Done {
  readonly at?: string;
  readonly f: string;
  readonly key?: string;
  readonly input?: Json;
  readonly output?: Json;
  /** `open`: the history does not say what became of it. */
  readonly type?: 'ok' | 'fail' | 'info' | 'open';
  /** The node that answered, where it is another than was asked. */
  readonly answeredBy?: string;
  readonly nemesis?: true;
}

export const write = (at: string, key: string, input: Json, type: Done['type'] = 'ok'): Done => ({
  at,
  f: 'write',
  key,
  input,
  output: input,
  type,
});

export const read = (at: string, key: string, output: Json): Done => ({ at, f: 'read', key, output });

export const heal: Done = { f: 'heal', nemesis: true };

/** A millisecond from line to line; each operation by a process of its own. */
export function nodeHistory(...all: readonly Done[]): History {
  const history: Operation[] = [];
  const say = (operation: Omit<Operation, 'index' | 'time'>): void => {
    history.push({ index: history.length, time: history.length * 1e6, ...operation });
  };
  all.forEach(({ at, f, key, input = null, output = null, type = 'ok', answeredBy, nemesis }, number) => {
    const process = nemesis === true ? 'nemesis' : number;
    const about = { process, f, ...(key === undefined ? {} : { key }) } as const;
    const asked = at === undefined ? {} : { node: at };
    say({ ...about, ...asked, type: 'invoke', value: input });
    if (type === 'open') return;
    const answered = answeredBy === undefined ? asked : { node: answeredBy };
    say({ ...about, ...answered, type, value: output, ...(type === 'ok' ? {} : { error: 'timeout' }) });
  });
  return history;
}
