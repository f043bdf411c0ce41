/** What the control node and the agent inside the namespaces say to each other: one JSON document a line. */

import type { Task } from '../task.ts';

export type Order =
  /** Runs short commands side by side; answered with what they printed, in order, or with the first one's complaint. */
  | { readonly kind: 'run'; readonly tasks: readonly Task[] }
  /** Keeps a process of this command line waiting for its input, so that a `run` of it need not start one. */
  | { readonly kind: 'stand-by'; readonly argv: Task['argv'] }
  /** Starts a long-lived process under a name; answered when it runs, followed by its lines and its exit. */
  | {
      readonly kind: 'spawn';
      readonly name: string;
      readonly argv: Task['argv'];
      readonly environment: Readonly<Record<string, string>>;
    }
  /** Sends a signal to a process; SIGKILL is answered when it is gone. No process of that name is no error. */
  | { readonly kind: 'signal'; readonly name: string; readonly signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' };

export type Envelope = { readonly id: number; readonly order: Order };

export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number; readonly outputs: readonly string[] }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string }
  | { readonly kind: 'line'; readonly name: string; readonly text: string }
  /** `how` is `code 0` or the name of the signal. */
  | { readonly kind: 'exit'; readonly name: string; readonly how: string };
