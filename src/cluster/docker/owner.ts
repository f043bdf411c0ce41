/**
 * Who made a container, network, volume or nftables table: a process, named so that it can be told from every other one
 * that ever had its number. What belongs to a dead owner is a leftover; what belongs to nobody is not ours.
 */

import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The labels of everything that a cluster makes. */
export const runLabel = 'clew.run';
export const ownerLabel = 'clew.owner';
/** Of images, which outlive the run that made them: what the image is for. */
export const imageLabel = 'clew.image';

/** `<pid>:<start time>@<hostname>/<boot>/<pid namespace>` as a label. */
export interface Owner {
  readonly pid: number;
  /** In clock ticks since boot (`/proc/<pid>/stat`, field 22); 0 where the system does not tell. */
  readonly startTime: number;
  readonly hostname: string;
  readonly boot: string;
  /** The inode of the process namespace that `pid` counts in. */
  readonly pidNamespace: string;
}

/** This process and how to look at others. */
export interface Machine {
  readonly self: Owner;
  /** When the process of that number started; null when there is none, or only its remains. */
  startTimeOf(pid: number): number | null;
}

export function thisMachine(): Machine {
  const startTimeOf = process.platform === 'linux' ? startTimeFromProc : existsAtAll;
  return {
    self: {
      pid: process.pid,
      startTime: startTimeOf(process.pid) ?? 0,
      hostname: hostname(),
      boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
      pidNamespace: attempt(() => readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')),
    },
    startTimeOf,
  };
}

export function formatOwner(owner: Owner): string {
  return `${owner.pid}:${owner.startTime}@${owner.hostname}/${owner.boot}/${owner.pidNamespace}`;
}

/** Null when the text is no owner. */
export function parseOwner(text: string): Owner | null {
  const match = /^(\d+):(\d+)@([^/]*)\/([^/]*)\/([^/]*)$/.exec(text);
  if (match === null) return null;
  const [, pid, startTime, host = '', boot = '', pidNamespace = ''] = match;
  return { pid: Number(pid), startTime: Number(startTime), hostname: host, boot, pidNamespace };
}

/** Whether the owner is known to be dead. One that can't be seen from here (another machine, a container) is not. */
export function isDead(owner: Owner, machine: Machine): boolean {
  const { self } = machine;
  if (owner.hostname !== self.hostname) return false;
  if (owner.boot !== self.boot) return true;
  if (owner.pidNamespace !== self.pidNamespace) return false;
  return machine.startTimeOf(owner.pid) !== owner.startTime;
}

/** The name for `bridgeTable` of a run's nftables table: the table carries its owner in its name, having no labels. */
export function tableNameFor(runId: string, { pid, startTime, pidNamespace }: Owner): string {
  return `${runId}-${pid}-${startTime}-${pidNamespace || '0'}`;
}

/** What `bridgeTable` calls the table of that name. */
export function tableNamed(name: string): string {
  return `clew_${name.replaceAll(/[^a-zA-Z0-9]/g, '_')}`;
}

/** Of the listing `list tables bridge` the names of tables whose owner is dead. Tables don't outlive a boot. */
export function deadTables(listing: string, machine: Machine): string[] {
  return [...listing.matchAll(/^table bridge (clew_\w+_(\d+)_(\d+)_(\d+))$/gm)].flatMap((match) => {
    const [, name = '', pid, startTime, pidNamespace = ''] = match;
    const owner = { ...machine.self, pid: Number(pid), startTime: Number(startTime) };
    return (machine.self.pidNamespace || '0') === pidNamespace && isDead(owner, machine) ? [name] : [];
  });
}

function startTimeFromProc(pid: number): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The program's name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', startTime] = [fields[0], fields[19]];
  return 'ZX'.includes(state) ? null : Number(startTime);
}

function existsAtAll(pid: number): number | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
  }
  return 0;
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
