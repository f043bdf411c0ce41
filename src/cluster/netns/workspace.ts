/**
 * The directory of one cluster: its nodes' disks and sockets. It names its owner, so that a later start can tell the
 * leftovers of a dead process from the directory of a living one.
 */

import { mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { messageOf, RunError } from '../../errors.ts';

const prefix = 'clew-netns-';
const ownerFile = 'owner.json';
/** A directory without a readable owner file is either being made this moment, or was left by a crash. */
const makingTakesMs = 60_000;
/** Longest directory under which a socket's path fits into the 108 bytes that the kernel allows. */
const directoryBytesMax = 80;

interface Owner {
  readonly pid: number;
  /** In clock ticks since boot: tells a process from a later one with the same pid. */
  readonly startTime: string;
  readonly boot: string;
  /** The process namespace that the pid belongs to. */
  readonly processNamespace: string;
}

/** Makes an empty directory that belongs to this process, readable by this user only. */
export function makeWorkspace(runId: string): string {
  const parent = Buffer.byteLength(tmpdir()) + prefix.length <= directoryBytesMax - 40 ? tmpdir() : '/tmp';
  try {
    const directory = mkdtempSync(join(parent, `${prefix}${runId.slice(0, 24)}-`));
    writeFileSync(join(directory, ownerFile), JSON.stringify(currentOwner()));
    return directory;
  } catch (error) {
    throw new RunError(`can't make a directory for the nodes in ${parent}: ${messageOf(error)}`);
  }
}

/** The directories of dead control nodes of this user. */
export function leftovers(): string[] {
  return [...new Set([tmpdir(), '/tmp'])].flatMap((parent) =>
    namesIn(parent)
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(parent, name))
      .filter(isLeftover),
  );
}

function isLeftover(directory: string): boolean {
  try {
    const found = statSync(directory);
    if (found.uid !== process.getuid?.()) return false;
    const owner = readOwner(directory);
    if (owner === null) return Date.now() - found.mtimeMs > makingTakesMs;
    const here = currentOwner();
    if (owner.boot !== here.boot) return true;
    // Pids of another container that shares this directory mean nothing here.
    if (owner.processNamespace !== here.processNamespace) return false;
    return startTimeOf(owner.pid) !== owner.startTime;
  } catch {
    return false;
  }
}

function readOwner(directory: string): Owner | null {
  try {
    return JSON.parse(readFileSync(join(directory, ownerFile), 'utf8')) as Owner;
  } catch {
    return null;
  }
}

function currentOwner(): Owner {
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    processNamespace: readlinkSync('/proc/self/ns/pid'),
  };
}

/** Null when there is no such process. */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may hold anything; the start time is the twentieth field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
