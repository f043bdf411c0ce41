/** Worker threads that do assignments, each one at a time. */

import { Worker } from 'node:worker_threads';
import { messageOf, RunError } from '../errors.ts';
import type { CampaignAsked } from '../store/campaign.ts';
import type { Assignment, Report } from './worker.ts';

export interface Pool {
  /** Does an assignment on the first worker that is free. Rejects with a RunError where it broke, or its worker died. */
  assign(
    assignment: Assignment,
    onReport?: (report: Report) => void,
  ): Promise<Extract<Report, { kind: 'ran' | 'shrunk' }>>;
  /** Ends all workers; what they were doing is lost. */
  end(): Promise<void>;
}

/** Beside this file, and of its kind: source or built. */
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

export function pool(asked: CampaignAsked, jobs: number): Pool {
  const workers = Array.from({ length: jobs }, () => new Worker(workerFile, { workerData: asked }));
  const free = [...workers];
  const waiting: ((worker: Worker) => void)[] = [];
  let ended = false;
  for (const worker of workers) worker.setMaxListeners(0);

  const take = (): Promise<Worker> => {
    const worker = free.pop();
    return worker === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
  };
  const give = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(worker);
    else next(worker);
  };

  return {
    async assign(assignment, onReport = () => undefined) {
      const worker = await take();
      const { promise, resolve, reject } = Promise.withResolvers<Extract<Report, { kind: 'ran' | 'shrunk' }>>();
      const onMessage = (report: Report): void => {
        onReport(report);
        if (report.kind === 'ran' || report.kind === 'shrunk') resolve(report);
        else if (report.kind === 'broke') reject(new RunError(report.message));
      };
      const onError = (thrown: unknown): void =>
        reject(new RunError(`a worker of the campaign died: ${messageOf(thrown)}`, { cause: thrown }));
      const onExit = (code: number): void =>
        reject(new RunError(ended ? 'the campaign was ended' : `a worker of the campaign ended early (${code})`));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(assignment);
      try {
        return await promise;
      } finally {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        give(worker);
      }
    },
    async end() {
      ended = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
