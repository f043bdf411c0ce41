/** Where the files of a run are: `<store>/<system>/<time>-<seed>/`, and `<store>/latest` points to the last run. */

import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { codeOf, storeError } from './failure.ts';
import { runFiles } from './run.ts';

export interface NewRun {
  /** The directory that holds all runs. */
  readonly store: string;
  readonly system: string;
  readonly seed: number;
  readonly startedAt: Date;
}

/** `2026-11-20T21:55:01.123Z` becomes `20261120T215501.123`, UTC: sorts by time and is a file name everywhere. */
export function timeName(time: Date): string {
  return time.toISOString().replaceAll(/[-:Z]/g, '');
}

/** A system's or node's name as one part of a path: whatever could leave the directory or trouble a shell becomes `_`. */
export function fileName(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return /^\.*$/.test(safe) ? `_${safe}` : safe;
}

/** The path of one of the run's own files. */
export function runFile(directory: string, file: keyof typeof runFiles): string {
  return join(directory, runFiles[file]);
}

/** Where the logs of one node are. */
export function nodeLogFile(directory: string, node: string): string {
  return join(directory, fileName(node), 'log.jsonl');
}

const sameNameMax = 1_000;

/**
 * Makes the directory of a new run, never one that is there already: a second run of the same millisecond and seed gets
 * `-2` at the end, and so on. Returns its path. Throws a RunError when the store can't be written.
 */
export async function createRunDirectory(run: NewRun): Promise<string> {
  const parent = join(run.store, fileName(run.system));
  const name = `${timeName(run.startedAt)}-${String(run.seed)}`;
  try {
    await mkdir(parent, { recursive: true });
  } catch (thrown) {
    throw storeError('create the directory', parent, thrown);
  }
  for (let attempt = 1; ; attempt++) {
    const directory = join(parent, attempt === 1 ? name : `${name}-${String(attempt)}`);
    try {
      await mkdir(directory);
      return directory;
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST' || attempt === sameNameMax) {
        throw storeError('create the directory', directory, thrown);
      }
    }
  }
}

/**
 * Lets `<store>/latest` point to `directory`, in one step: whoever looks sees the old run or the new one, never nothing.
 * The link is relative, so that the store can be moved. Something else of that name (a directory, say) stays as it is and
 * is a RunError.
 */
export async function linkLatest(store: string, directory: string): Promise<void> {
  const link = join(store, 'latest');
  const temporary = join(store, `.latest-${String(process.pid)}-${fileName(relative(store, directory))}`);
  try {
    await rm(temporary, { force: true });
    await symlink(relative(store, directory), temporary, 'dir');
    await rename(temporary, link);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw storeError('link', link, thrown);
  }
}
