/**
 * The process inside the namespaces: does what the control node orders on its standard input and reports on its standard
 * output. It is the first process of its process namespace, so nothing that it started outlives it, not even a stopped
 * process; and it ends with its input, so it never outlives the control node.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

import { messageOf } from '../../errors.ts';
import type { Task } from '../task.ts';
import type { Envelope, Order, Report } from './agent-messages.ts';
import { lineReader } from '../lines.ts';

interface Running {
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
}

/** Serves until the input ends, then ends everything and removes `directory`. */
export function runAgent(directory: string): void {
  const processes = new Map<string, Running>();
  const standBys = new Map<string, ChildProcess | null>();

  const report = (message: Report): void => {
    process.stdout.write(`${JSON.stringify(message)}\n`);
  };

  const run = async (task: Task): Promise<string> => {
    const key = task.argv.join('\0');
    const waiting = standBys.get(key) ?? null;
    if (waiting !== null) standBys.set(key, null);
    try {
      return await finish(waiting ?? start(task.argv), task);
    } finally {
      if (standBys.has(key)) standBy(task.argv);
    }
  };

  const standBy = (argv: Task['argv']): void => {
    const key = argv.join('\0');
    if ((standBys.get(key) ?? null) !== null) return;
    const child = start(argv);
    standBys.set(key, child);
    child.on('exit', () => {
      // It ended without having been asked anything: the next run starts its own and sees why.
      if (standBys.get(key) === child) standBys.set(key, null);
    });
  };

  const obey = async (order: Order): Promise<readonly string[]> => {
    switch (order.kind) {
      case 'run':
        return Promise.all(order.tasks.map(run));
      case 'stand-by':
        standBy(order.argv);
        return [];
      case 'spawn':
        await launch(order.name, order.argv, order.environment);
        return [];
      case 'signal': {
        const target = processes.get(order.name);
        target?.child.kill(order.signal);
        if (order.signal === 'SIGKILL') await target?.gone;
        return [];
      }
    }
  };

  const launch = async (name: string, argv: Task['argv'], environment: Readonly<Record<string, string>>) => {
    if (processes.has(name)) throw new Error(`${name} runs already`);
    const [command, ...args] = argv;
    const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    // 'close' comes after the last line has been read.
    const gone = new Promise<void>((resolve) => {
      child.once('close', (code, signal) => {
        processes.delete(name);
        report({ kind: 'exit', name, how: signal ?? `code ${code}` });
        resolve();
      });
    });
    processes.set(name, { child, gone });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on(
        'data',
        lineReader((text) => {
          report({ kind: 'line', name, text });
        }),
      );
    }
  };

  const end = async (): Promise<void> => {
    for (const { child } of processes.values()) child.kill('SIGKILL');
    await Promise.all([...processes.values()].map(({ gone }) => gone));
    rmSync(directory, { recursive: true, force: true });
    process.exit(0);
  };

  process.stdin.setEncoding('utf8');
  process.stdin.on(
    'data',
    lineReader((line) => {
      const { id, order } = JSON.parse(line) as Envelope;
      obey(order).then(
        (outputs) => {
          report({ kind: 'done', id, outputs });
        },
        (error: unknown) => {
          report({ kind: 'failed', id, error: messageOf(error) });
        },
      );
    }),
  );
  process.stdin.on('close', () => void end());
  // Nobody reads any more: the end of the input follows, and with it the end of everything.
  process.stdout.on('error', () => undefined);
  report({ kind: 'ready' });
}

function start([command, ...args]: Task['argv']): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // Errors of starting and of writing show as the missing exit code 0.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  return child;
}

function finish(child: ChildProcess, task: Task): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let complaint = '';
    child.stdout?.on('data', (chunk: Buffer) => (out += String(chunk)));
    child.stderr?.on('data', (chunk: Buffer) => (complaint += String(chunk)));
    child.on('error', (error) => {
      reject(new Error(`${task.argv.join(' ')}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${task.argv.join(' ')} ended with ${signal ?? `code ${code}`}: ${complaint.trim()}`));
    });
    child.stdin?.end(task.input);
  });
}
