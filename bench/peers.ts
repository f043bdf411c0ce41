/**
 * Whole processes side by side: each command in turns (A B A B), so that what the machine does besides falls on all of
 * them, with the time that each took, the time that it says it spent checking, and the most memory that it held.
 */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Contender {
  readonly name: string;
  /** A shell command; `{history}` stands for the file. */
  readonly command: string;
}

/** `name=command {history}`. Throws a RangeError for anything else. */
export function contender(argument: string): Contender {
  const [, name, command] = /^([^=\s]+)=(.+)$/s.exec(argument) ?? [];
  if (name === undefined || command?.includes('{history}') !== true) {
    throw new RangeError(`expected --peer 'name=command {history}', found '${argument}'`);
  }
  return { name, command };
}

export interface Measured {
  readonly outcome: 'finished' | 'out of time' | 'out of memory' | 'failed';
  readonly wallMs: number;
  /** As the command prints it, in a field `checkMs` of JSON; null where it prints none. */
  readonly checkMs: number | null;
  readonly peakMb: number;
  /** As the command prints it, in a field `valid` or `verdict`; null where it prints none. */
  readonly verdict: string | null;
}

export interface Limits {
  readonly timeMs: number;
  readonly memoryMb: number;
}

const pollMs = 5;

/** Runs one command once. Needs /proc (Linux). */
export async function measure({ command }: Contender, history: string, limits: Limits): Promise<Measured> {
  const began = performance.now();
  const child = spawn('/bin/sh', ['-c', `exec ${command.replaceAll('{history}', `'${history}'`)}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  let peakMb = 0;
  let stopped = null as 'out of time' | 'out of memory' | null;
  const poll = setInterval(() => {
    peakMb = Math.max(peakMb, residentPeakMb(child.pid));
    if (performance.now() - began > limits.timeMs) stopped ??= 'out of time';
    if (peakMb > limits.memoryMb) stopped ??= 'out of memory';
    if (stopped !== null) child.kill('SIGKILL');
  }, pollMs);
  const code = await ended;
  clearInterval(poll);
  const wallMs = performance.now() - began;
  const verdict = /"(?:valid|verdict)":\s*("[^"]*"|true|false)/.exec(stdout)?.[1]?.replaceAll('"', '') ?? null;
  const checkMs = /"checkMs":\s*([\d.]+)/.exec(stdout)?.[1];
  return {
    outcome: stopped ?? (code === null || (code > 2 && verdict === null) ? 'failed' : 'finished'),
    wallMs,
    checkMs: checkMs === undefined ? null : Number(checkMs),
    peakMb,
    verdict,
  };
}

/** The most memory that a process ever held, from the kernel; 0 once it is gone. */
function residentPeakMb(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Each contender `rounds` times, in turns; one that does not finish is not run again. The medians, by name. */
export async function sideBySide(
  contenders: readonly Contender[],
  history: string,
  rounds: number,
  limits: Limits,
): Promise<ReadonlyMap<string, Measured>> {
  const all = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const each of contenders) {
      const soFar = all.get(each.name) ?? [];
      if (soFar.some(({ outcome }) => outcome !== 'finished')) continue;
      soFar.push(await measure(each, history, limits));
    }
  }
  return new Map([...all].map(([name, runs]) => [name, middle(runs)]));
}

function middle(runs: readonly Measured[]): Measured {
  const unfinished = runs.find(({ outcome }) => outcome !== 'finished');
  if (unfinished !== undefined) return unfinished;
  const [first] = runs;
  if (first === undefined) throw new RangeError('nothing was run');
  const median = (of: (run: Measured) => number): number => runs.map(of).sort((a, b) => a - b)[runs.length >> 1] ?? 0;
  return {
    ...first,
    wallMs: median(({ wallMs }) => wallMs),
    checkMs: first.checkMs === null ? null : median(({ checkMs }) => checkMs ?? 0),
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
  };
}
