/** The control side of the agent: starts it inside its namespaces, gives it orders, hears its reports. */

import { spawn } from 'node:child_process';

import { messageOf, RunError } from '../../errors.ts';
import type { Task } from '../task.ts';
import type { Envelope, Order, Report } from './agent-messages.ts';
import { lineReader } from '../lines.ts';
import { insideNamespaces, toolEnvironment } from '../namespaces.ts';

/** The agent answers its longest order, a kill, within milliseconds. */
const answerWithinMs = 10_000;
const endsWithinMs = 3_000;

export interface AgentClient {
  /** What the tasks printed, in their order. A RunError when one failed. */
  run(tasks: readonly Task[]): Promise<readonly string[]>;
  order(order: Order): Promise<void>;
  /** Ends the agent and everything inside, and removes its directory. Resolves when it is gone. */
  end(): Promise<void>;
}

export interface AgentOptions {
  /** The agent's program for Node.js. */
  readonly program: string;
  /** Given to the agent to remove at its end. */
  readonly directory: string;
  readonly onLine: (name: string, text: string) => void;
  readonly onExit: (name: string, how: string) => void;
}

/** Resolves when the agent takes orders; a RunError with its complaint when it can't run. */
export async function startAgent({ program, directory, onLine, onExit }: AgentOptions): Promise<AgentClient> {
  const [command, ...args] = insideNamespaces('exec "$@"', process.execPath, program, directory);
  // A session of its own, or a Ctrl-C in the terminal would end the nodes before this process could say so.
  const child = spawn(command, args, { env: toolEnvironment(), stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const waiting = new Map<number, { resolve: (outputs: readonly string[]) => void; reject: (error: Error) => void }>();
  let orders = 0;
  let complaint = '';
  /** Why nothing can be ordered any more. */
  const end: { reason: RunError | null } = { reason: null };

  const gone = new Promise<void>((resolve) => {
    const finish = (why: string): void => {
      const quoted = complaint === '' ? '' : `: ${complaint.trim()}`;
      const reason = (end.reason ??= new RunError(`the agent inside the network namespaces ${why}${quoted}`));
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
      resolve();
    };
    child.on('error', (error) => {
      finish(`can't start: ${messageOf(error)}`);
    });
    child.on('close', (code, signal) => {
      finish(`ended with ${signal ?? `code ${code}`}`);
    });
  });
  child.stdin.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint = (complaint + chunk).slice(-2_000)));

  const ready = new Promise<void>((resolve) => {
    const hear = (report: Report): void => {
      switch (report.kind) {
        case 'ready':
          resolve();
          return;
        case 'line':
          onLine(report.name, report.text);
          return;
        case 'exit':
          onExit(report.name, report.how);
          return;
        case 'done':
          waiting.get(report.id)?.resolve(report.outputs);
          waiting.delete(report.id);
          return;
        case 'failed':
          waiting.get(report.id)?.reject(new RunError(report.error));
          waiting.delete(report.id);
          return;
      }
    };
    child.stdout.setEncoding('utf8').on(
      'data',
      lineReader((line) => {
        hear(JSON.parse(line) as Report);
      }),
    );
  });
  await Promise.race([ready, gone]);
  if (end.reason !== null) throw end.reason;

  const ask = (order: Order): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      if (end.reason !== null) {
        reject(end.reason);
        return;
      }
      const envelope: Envelope = { id: orders++, order };
      const timer = setTimeout(() => {
        waiting.delete(envelope.id);
        reject(new RunError(`the agent inside the network namespaces did not answer "${order.kind}" in time`));
      }, answerWithinMs);
      waiting.set(envelope.id, {
        resolve(outputs) {
          clearTimeout(timer);
          resolve(outputs);
        },
        reject(error) {
          clearTimeout(timer);
          reject(error);
        },
      });
      child.stdin.write(`${JSON.stringify(envelope)}\n`);
    });

  return {
    run: (tasks) => (tasks.length === 0 ? Promise.resolve([]) : ask({ kind: 'run', tasks })),
    async order(order) {
      await ask(order);
    },
    async end() {
      end.reason ??= new RunError('the cluster has been stopped');
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
      await gone;
      clearTimeout(timer);
    },
  };
}
