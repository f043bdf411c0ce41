/**
 * The process of one node. It reads its `HostConfig` from the environment variable `CLEW_NODE` and logs JSON lines on
 * its standard output. With `CLEW_EXIT_WITH_STDIN=1` it ends when its standard input does, so that it never outlives
 * whoever started it.
 *
 * Exit codes: 0 asked to stop, 70 exception in the protocol, 71 can't start or an error of the host's own, 74 disk error.
 */

import { randomUUID } from 'node:crypto';

import type { System } from '../../systems/protocol.ts';
import { realClock } from '../cluster/clock.ts';
import { messageOf } from '../errors.ts';
import type { HostConfig } from './config.ts';
import { type Host, type LogLine, startHost } from './host.ts';

const exitCodes = { asked: 0, protocol: 70, host: 71, disk: 74 } as const;
/** A graceful stop that takes longer is a stop all the same. */
const stopWithinMs = 2_000;

/** Runs one node of `system` until it is told to stop. */
export function runHost(system: System): void {
  const incarnation = randomUUID().slice(0, 8);
  let host: Host | null = null;
  let stopping = false;

  const log = (line: LogLine): void => {
    // The node's output is a pipe or a file, which Node writes synchronously: nothing is lost at exit.
    process.stdout.write(`${JSON.stringify({ at: realClock.now(), ...line })}\n`);
  };
  const exit = (kind: 'log' | 'crash', name: string, code: number, error?: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? null) : null;
    log({
      kind,
      name,
      detail: error === undefined ? { code } : { code, message: messageOf(error), stack },
    });
    process.exit(code);
  };
  const stop = (why: string): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      exit('log', `${why}, but it did not finish in time`, exitCodes.asked);
    }, stopWithinMs);
    void (host?.stop() ?? Promise.resolve()).then(() => {
      exit('log', why, exitCodes.asked);
    });
  };

  process.on('SIGTERM', () => {
    stop('stopped by SIGTERM');
  });
  // A Ctrl-C in the terminal is the control node's to act on.
  process.on('SIGINT', () => undefined);
  // Whoever read the output is gone: there is nobody to run for.
  process.stdout.on('error', () => process.exit(exitCodes.asked));
  process.on('uncaughtException', (error) => {
    exit('log', 'error in the host', exitCodes.host, error);
  });
  if (process.env['CLEW_EXIT_WITH_STDIN'] === '1') {
    process.stdin.on('close', () => process.exit(exitCodes.asked));
    process.stdin.on('error', () => process.exit(exitCodes.asked));
    process.stdin.resume();
  }

  void begin().catch((error: unknown) => {
    exit('log', "can't start", exitCodes.host, error);
  });

  async function begin(): Promise<void> {
    const config = readConfig(process.env['CLEW_NODE']);
    host = await startHost({
      config,
      system,
      incarnation,
      log,
      onCrash: (error) => {
        exit('crash', messageOf(error), exitCodes.protocol, error);
      },
      onDiskError: (error) => {
        exit('log', 'disk error', exitCodes.disk, error);
      },
      onStop: () => {
        stop('stopped by request');
      },
    });
    log({ kind: 'start', name: system.name, detail: { incarnation, pid: process.pid } });
  }
}

function readConfig(text: string | undefined): HostConfig {
  if (text === undefined) throw new Error('the environment variable CLEW_NODE is missing; it holds the node as JSON');
  try {
    return JSON.parse(text) as HostConfig;
  } catch (error) {
    throw new Error(`the environment variable CLEW_NODE is not JSON: ${messageOf(error)}`);
  }
}
