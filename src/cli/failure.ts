/** How a command that failed says so: one line, and the exit code that goes with it. */

import { exitCodes, messageOf, RunError, UsageError } from '../errors.ts';

/** What the machine answered, in words that say what to do. */
const system: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EADDRINUSE: 'the port is taken',
  EMFILE: 'too many open files (see ulimit -n)',
  ENOMEM: 'out of memory',
};

function isSystemError(
  thrown: unknown,
): thrown is NodeJS.ErrnoException & { readonly address?: string; readonly port?: number } {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';
}

function describe(thrown: unknown): string {
  if (thrown instanceof UsageError || thrown instanceof RunError) return thrown.message;
  const words = isSystemError(thrown) ? system[thrown.code ?? ''] : undefined;
  if (isSystemError(thrown) && words !== undefined) {
    const where = thrown.path ?? (thrown.port === undefined ? undefined : `${thrown.address ?? ''}:${thrown.port}`);
    return `${words}${where === undefined ? '' : `: ${where}`} (${thrown.code ?? ''}${thrown.syscall === undefined ? '' : ` on ${thrown.syscall}`})`;
  }
  return `unexpected error: ${messageOf(thrown)} (CLEW_DEBUG=1 shows where)`;
}

/** Writes what went wrong in one line, the stack besides when `CLEW_DEBUG` is set, and returns the exit code. */
export function failure(thrown: unknown, write: (line: string) => void): number {
  write(`clew: ${describe(thrown).replaceAll(/\s*\n\s*/g, ' | ')}`);
  if (process.env['CLEW_DEBUG'] === '1' && thrown instanceof Error) write(thrown.stack ?? '');
  return thrown instanceof UsageError ? exitCodes.usage : exitCodes.crash;
}
