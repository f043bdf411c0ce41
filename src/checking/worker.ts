/** A worker thread: checks the parts that are assigned to it and reports. */

import { parentPort, workerData } from 'node:worker_threads';
import { checkParts } from '../../checkers/linearizable/check-parts.ts';
import { partOfRows, type Part } from '../../checkers/linearizable/part.ts';
import type { Progress } from '../../checkers/linearizable/turns.ts';
import { chosenModel } from './model-choice.ts';
import { states, type Assignment, type Message } from './protocol.ts';

/** Milliseconds between two words about progress. */
const progressMs = 100;

const assignment = workerData as Assignment;
const say = (message: Message): void => parentPort?.postMessage(message);
say({ kind: 'report', report: check(assignment) });

function check({ model, columns, rows, parts, options, deadline, state }: Assignment) {
  const now = (): number => performance.now();
  let from = 0;
  const mine = parts.map(({ key, count }): Part => partOfRows(columns, key, rows.subarray(from, (from += count))));
  let isMine = false;
  let told = now();
  return checkParts(
    chosenModel(model),
    mine,
    {
      ...options,
      now,
      // Whoever found the failure goes on to explain it.
      cancelled: () => !isMine && Atomics.load(state, 0) === states.enough,
      onInvalid() {
        if (!options.stopAtFirstFailure) return;
        isMine = Atomics.compareExchange(state, 0, states.running, states.enough) === states.running;
      },
      onProgress(progress: Progress) {
        if (now() - told < progressMs) return;
        told = now();
        say({ kind: 'progress', progress });
      },
    },
    deadline - performance.timeOrigin,
  );
}
