/** Histories in which operations returned or began at other times than they did: what they saw is then often too late. */

import type { History } from '../../../../src/history/operation.ts';
import type { Random } from '../../../../src/random.ts';

/** `history` with some `moves` of its lines to other places, the lines of each process still in their order. */
export function disturbed(random: Random, history: History, moves: number): History {
  const lines = [...history];
  for (let move = 0; move < moves && lines.length > 0; move++) {
    const from = random.int(lines.length);
    const line = lines[from] as History[number];
    const step = random.int(2) === 0 ? -1 : 1;
    const far = 1 + random.int(lines.length);
    let at = from;
    for (let k = 0; k < far; k++) {
      const next = lines[at + step];
      if (next === undefined || next.process === line.process) break;
      lines[at] = next;
      at += step;
    }
    lines[at] = line;
  }
  return lines.map((line, index) => ({ ...line, index, time: index }));
}
