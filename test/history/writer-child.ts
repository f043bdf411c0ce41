/** Writes an operation every few ms, says when on stdout, and goes on until it is killed. Its argument is the path. */

import { openHistory } from '../../src/history/writer.ts';

const writer = openHistory(process.argv[2] ?? '');
let index = 0;
setInterval(() => {
  writer.write({ index, process: index, type: 'invoke', f: 'write', value: index, time: index });
  process.stdout.write(`${index} ${performance.timeOrigin + performance.now()}\n`);
  index++;
}, 5);
