/** File errors of the store as one clear line. */

import { RunError, messageOf } from '../errors.ts';

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device; free some, or choose another place with --store',
  EDQUOT: 'the disk quota is used up; free some space, or choose another place with --store',
  EACCES: 'permission denied; choose another place with --store',
  EPERM: 'permission denied; choose another place with --store',
  EROFS: 'the file system is read-only; choose another place with --store',
  ENOTDIR: 'a part of the path is a file, not a directory; choose another place with --store',
  EEXIST: 'a file of that name is in the way; move it, or choose another place with --store',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

/** The error code of a failed system call, such as `ENOENT`; an empty string for anything else that was thrown. */
export function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}

/** `cannot write store/raft/…/test.json: no space left on the device; …`. `doing` is the verb. */
export function storeError(doing: string, path: string, thrown: unknown): RunError {
  const why = remedies[codeOf(thrown)] ?? messageOf(thrown);
  return new RunError(`cannot ${doing} ${path}: ${why}`, { cause: thrown });
}
