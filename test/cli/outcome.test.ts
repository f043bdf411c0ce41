import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeFindings } from '../../src/cli/doctor.ts';
import { failure } from '../../src/cli/failure.ts';
import { interruptible } from '../../src/cli/interrupt.ts';
import { inspect, type Run } from '../../src/cli/machine.ts';
import { tally } from '../../src/cli/outcome.ts';
import { sameness } from '../../src/cli/replay.ts';
import { coloursOf } from '../../src/cli/colours.ts';
import { RunError, UsageError } from '../../src/errors.ts';
import type { RunSummary } from '../../src/runner/one-run.ts';

function told(thrown: unknown): { readonly code: number; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const code = failure(thrown, (line) => lines.push(line));
  return { code, lines };
}

describe('a failure', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('of the words is exit code 254, of the run 255, each in one line', () => {
    expect(told(new UsageError('no such thing'))).toEqual({ code: 254, lines: ['clew: no such thing'] });
    expect(told(new RunError('n1 said:\n  what?'))).toEqual({ code: 255, lines: ['clew: n1 said: | what?'] });
  });

  it('of the machine says what and where', () => {
    const full = Object.assign(new Error('ENOSPC: …'), { code: 'ENOSPC', syscall: 'write', path: '/a/b' });
    expect(told(full)).toEqual({ code: 255, lines: ['clew: the disk is full: /a/b (ENOSPC on write)'] });
    const taken = Object.assign(new Error('…'), { code: 'EADDRINUSE', syscall: 'listen', address: '::', port: 80 });
    expect(told(taken).lines).toEqual(['clew: the port is taken: :::80 (EADDRINUSE on listen)']);
  });

  it('of ours shows the stack only when asked to', () => {
    expect(told(new Error('oops')).lines).toEqual(['clew: unexpected error: oops (CLEW_DEBUG=1 shows where)']);
    vi.stubEnv('CLEW_DEBUG', '1');
    expect(told(new Error('oops')).lines[1]).toContain('outcome.test.ts');
  });
});

describe('many runs', () => {
  const run = (seed: number, valid: RunSummary['valid'], broke: unknown = null): RunSummary => {
    return { seed, valid, broke, directory: '', reason: null, hash: null };
  };

  it('are counted, with the seeds of those that were not valid', () => {
    const runs = [run(1, true), run(2, false), run(3, 'unknown'), run(4, false), run(5, 'unknown', new Error('gone'))];
    expect(tally(runs)).toBe('5 runs: 1 valid, 2 invalid (seeds 2, 4), 1 unknown (seed 3), 1 broke (seed 5)');
    expect(tally(runs.slice(0, 1))).toBe('1 runs: 1 valid');
  });

  it('are the same as the earlier one when all hashes are', () => {
    expect(sameness('a', ['a', 'a'])).toContain('the same run');
    expect(sameness('a', ['a', 'b'])).toContain('not the same run: hash b, before it was a');
    expect(sameness(null, ['a'])).toBeNull();
    expect(sameness('a', [null])).toBeNull();
    expect(sameness('a', [])).toBeNull();
  });
});

describe('interruptible', () => {
  const aborted = (signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));

  it('aborts at the first signal, and takes a second one right after it for the same', async () => {
    const said: string[] = [];
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    const running = interruptible(aborted, (line) => said.push(line));
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGINT', 'SIGINT');
    expect(exit).not.toHaveBeenCalled();
    await expect(running).resolves.toMatchObject({ message: 'interrupted by SIGINT' });
    expect(said).toHaveLength(1);
    exit.mockRestore();
  });

  it('ends the process at once at a later second signal', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const running = interruptible(aborted, () => undefined);
    process.emit('SIGINT', 'SIGINT');
    now.mockReturnValue(2000);
    process.emit('SIGTERM', 'SIGTERM');
    expect(exit).toHaveBeenCalledWith(255);
    await running;
    now.mockRestore();
    exit.mockRestore();
  });

  it('leaves no listener behind', async () => {
    const before = process.listenerCount('SIGINT');
    await interruptible(
      () => Promise.resolve(1),
      () => undefined,
    );
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('the doctor', () => {
  const nothing: Run = () => Promise.resolve({ ok: false, text: 'not installed, or not in PATH' });
  const everything: Run = (command) => Promise.resolve({ ok: true, text: `${command} 1.0` });
  const tools = ['ip', 'unshare', 'nft', 'netem', 'NFQUEUE', 'chromium'];

  it('says of everything what it is for, and of what is missing how to get it', async () => {
    const findings = await inspect(nothing, false);
    for (const name of tools) {
      const finding = findings.find((one) => one.name === name);
      expect(finding).toMatchObject({ there: false });
      expect(finding?.neededFor).not.toBe('');
      expect(finding?.get).not.toBe('');
    }
    const text = describeFindings(findings, coloursOf({ isTTY: false }));
    expect(text).toContain('get it: Debian, Ubuntu: apt install nftables');
  });

  it('finds what is there', async () => {
    const findings = await inspect(everything, true);
    for (const name of tools) expect(findings.find((one) => one.name === name)).toMatchObject({ there: true });
  });
});
