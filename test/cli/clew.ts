/** Runs the command line as a person does: a process of its own. */

import { resolve } from 'node:path';
import { execa } from 'execa';

const main = resolve(import.meta.dirname, '../../src/cli/main.ts');

export interface Said {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export async function clew(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
): Promise<Said> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...words], {
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    timeout: 50_000,
    killSignal: 'SIGKILL',
    env: { NO_COLOR: '1', FORCE_COLOR: '0', GITHUB_STEP_SUMMARY: '', ...env },
  });
  return { code: exitCode, stdout, stderr };
}
