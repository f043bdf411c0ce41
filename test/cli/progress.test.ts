import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { fit, progress, tickLine, type Progress } from '../../src/cli/progress.ts';
import type { Tick } from '../../src/runner/observer.ts';

const plain = createColors(false);

const tick = (timeS: number, more: Partial<Tick> = {}): Tick => {
  return {
    kind: 'tick',
    timeS,
    ok: 1204,
    fail: 3,
    info: 12,
    rate: 100.6,
    faults: [],
    leader: 'n2',
    done: 0,
    total: 1,
    ...more,
  };
};

/** A progress line whose clock stands where the test puts it. */
function watched(live: boolean, columns = 200): { shown: Progress; at: (ms: number) => void; text: () => string } {
  let nowMs = 0;
  let written = '';
  const shown = progress({
    write: (text) => (written += text),
    live,
    columns: () => columns,
    colours: plain,
    now: () => nowMs,
  });
  return { shown, at: (ms) => (nowMs = ms), text: () => written };
}

describe('the progress line', () => {
  it('shows time, rate, counts, leader and faults', () => {
    expect(tickLine(tick(12.34, { faults: ['partition', 'clock'] }), 'run', plain)).toBe(
      '  12.3 s  101 ops/s  ok 1,204  fail 3  info 12  leader n2  faults partition, clock',
    );
    expect(tickLine(tick(1, { leader: null, done: 4, total: 20 }), 'heal', plain)).toBe(
      'run 5/20     1.0 s  101 ops/s  ok 1,204  fail 3  info 12  no leader  no faults  healed',
    );
  });

  it('is redrawn in place at most ten times a second, however fast virtual time flies', () => {
    const { shown, at, text } = watched(true);
    for (let ms = 0; ms < 1000; ms++) {
      at(ms);
      shown.onEvent(tick(ms));
    }
    expect(text().split('\r\u001b[2K')).toHaveLength(1 + 10);
    expect(text()).not.toContain('\n');
    shown.end();
    expect(text().endsWith('\r\u001b[2K')).toBe(true);
  });

  it('comes back below a message', () => {
    const { shown, text } = watched(true);
    shown.onEvent(tick(1));
    const before = text();
    shown.onEvent({ kind: 'message', level: 'warning', text: 'mind the gap' });
    expect(text().slice(before.length)).toMatch(/^\r\u001b\[2Kwarning: mind the gap\n +1\.0 s /);
  });

  it('never wraps, and colours take no room', () => {
    const { shown, text } = watched(true, 40);
    shown.onEvent(tick(1, { faults: ['partition'] }));
    expect(text().replace('\r\u001b[2K', '')).toHaveLength(39);
    const red = createColors(true).red('abcdef');
    expect(fit(red, 6)).toBe(red);
    expect(fit(red, 3)).toBe(red.replace('abcdef', 'abc'));
  });

  it('is a line every five seconds where it can not be redrawn', () => {
    const { shown, at, text } = watched(false);
    for (let ms = 0; ms <= 12_000; ms += 100) {
      at(ms);
      shown.onEvent(tick(ms / 1000));
    }
    expect(text().match(/^ +\d+\.\d s .*$/gm)).toEqual([
      expect.stringMatching(/^ +5\.0 s /),
      expect.stringMatching(/^ +10\.0 s /),
    ]);
    expect(text()).not.toContain('\u001b');
  });

  it('tells each of many runs in one line, with the reason where there is one', () => {
    const { shown, text } = watched(false);
    shown.onEvent({ kind: 'run', number: 1, total: 2, seed: 1 });
    shown.onEvent({ kind: 'phase', phase: 'start' });
    shown.onEvent({ kind: 'done', number: 1, total: 2, valid: true, reason: null, directory: 'a' });
    shown.onEvent({ kind: 'done', number: 2, total: 2, valid: false, reason: 'read 1 after 2', directory: 'b' });
    expect(text()).toBe('run 1/2  valid\nrun 2/2  INVALID: read 1 after 2  b\n');
  });
});
