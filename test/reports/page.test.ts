import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { latencyPoints, pointsMax } from '../../reports/charts.ts';
import { renderHistoryReport, renderReport } from '../../reports/page.ts';
import type { RunData } from '../../src/store/read.ts';
import { hostileRun, places } from './hostile-run.ts';
import { sampleRun } from './sample-run.ts';

/** What a reader sees: the text between tags, in one line. */
const wordsOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('the report of an invalid run', () => {
  let page = '';
  let words = '';
  const run = sampleRun({ stale: true });
  beforeAll(async () => {
    page = await renderReport(run);
    words = wordsOf(page);
  });

  it('begins with the verdict in words, the reason, and how to run it again', () => {
    const beginning = words.slice(0, 1_000);
    for (const text of ['✗ Invalid', run.results?.reason ?? '', run.test.command]) expect(beginning).toContain(text);
  });

  it('shows the operation that has no place, what was possible, and how far the orders went', () => {
    expect(words).toMatch(/Key r\d : read → \d+ by process \d+ at 37\.\d+ s/);
    expect(words).toMatch(/Possible just before it: \d+/);
    expect(words).toMatch(/How far 2 orders could be followed/);
    expect(words).toContain('The smallest history that fails These 3 operations cannot be explained');
    expect(words).toContain('Take away any one of them');
    expect(page).toMatch(/<tr class="failed">/);
    expect(page).toMatch(/<g class="bar failed"/);
  });

  it('has every checker, fault, f and setting', () => {
    for (const text of [
      'linearizable',
      'crashes',
      'availability',
      'exceptions',
      'halves',
      'cas',
      'electionTimeoutMs',
    ]) {
      expect(words).toContain(text);
    }
    expect(words.match(/✓ yes/g)).toHaveLength(11);
  });

  it('has each chart once for wide and once for narrow screens', () => {
    for (const label of ['Latency of each operation', 'Latency quantiles', 'Operations per second', 'Role and term']) {
      expect(page.match(new RegExp(`aria-label="${label}[^"]*"`, 'g'))).toHaveLength(2);
    }
  });

  it('ends the log excerpts just after the failure', () => {
    const logs = words.slice(words.indexOf('What the nodes said', 2_000));
    const moments = [
      ...logs.slice(0, logs.indexOf('Settings')).matchAll(/(\d+\.\d{3}) s (probe|start|exit|role|term)/g),
    ];
    expect(moments.length).toBeGreaterThan(3);
    for (const [, at] of moments) expect(Number(at)).toBeLessThan(37.7);
  });

  it('lets nothing in but its own style sheet, and needs nothing from anywhere', () => {
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|javascript:|@import|url\(|\ssrc=|href="(?!#)|\sstyle="/i);
  });
});

describe('the report of other runs', () => {
  it('says of a valid run how much was looked at', async () => {
    const words = wordsOf(await renderReport(sampleRun()));
    expect(words).toContain('✓ Valid');
    expect(words).toMatch(/5 checkers found nothing wrong in 5,\d{3} operations, and 11 faults took effect/);
    expect(words).not.toContain('What went wrong');
  });

  it('shows what there is of a run that was cut off', async () => {
    const base = sampleRun();
    const note = 'results.json is missing: the run ended before there was a verdict.';
    const cut: RunData = { ...base, history: base.history.slice(0, 3_001), results: null, notes: [note] };
    const words = wordsOf(await renderReport(cut));
    for (const text of ['No verdict', note, 'open at the end', 'n1 stopped']) expect(words).toContain(text);
  });

  it('is made of a run that has no history at all', async () => {
    const words = wordsOf(await renderReport({ ...sampleRun(), history: [], trace: [], results: null }));
    expect(words).toContain('The run ended before the first fault');
  });

  it('shows why a run is unknown', async () => {
    const base = sampleRun();
    const faults = { valid: 'unknown' as const, reason: 'kill fault 3 took no effect: the node answered' };
    const results = { version: 1 as const, valid: 'unknown' as const, reason: faults.reason, checkers: { faults } };
    const words = wordsOf(await renderReport({ ...base, results: { ...results, tookMs: {}, hash: null } }));
    expect(words).toContain('? Unknown');
    expect(words.slice(0, 600)).toContain(faults.reason);
  });

  it('shows the operations that a finding of another checker names', async () => {
    const base = sampleRun();
    const read = base.history.findIndex(({ type, f, time }) => type === 'invoke' && f === 'read' && time > 5e9);
    const append = {
      valid: false as const,
      reason: 'twice',
      ...{ findings: [{ kind: 'duplicate', key: 'r0', element: 5, read }] },
    };
    const results = {
      version: 1 as const,
      valid: false as const,
      reason: 'twice',
      checkers: { append },
      tookMs: {},
      hash: null,
    };
    const page = await renderReport({ ...base, results });
    expect(page).toMatch(/<g class="bar failed"/);
    expect(wordsOf(page)).toContain('duplicate');
  });

  it('is not thrown off by evidence of another shape', async () => {
    const base = sampleRun();
    for (const failures of [null, 3, [null], [{ key: 1 }], [{ key: 'x', paths: [3] }]]) {
      const odd = {
        valid: false as const,
        reason: 'odd',
        ...{
          model: 'm',
          method: 'x',
          operations: 1,
          parts: { valid: 0, invalid: 1, unknown: 0 },
          undecided: [],
          failures,
        },
      };
      const results = { version: 1 as const, valid: false as const, checkers: { odd }, tookMs: {}, hash: null };
      expect(wordsOf(await renderReport({ ...base, results }))).toContain('Invalid');
    }
  });

  it('says how many points were left out of a large chart, and stays small', async () => {
    const page = await renderReport(sampleRun({ ratePerS: 900 }));
    expect(wordsOf(page)).toMatch(/\d\d,\d{3} of 2\d,\d{3} operations are drawn|of 2\d,\d{3} operations are drawn/);
    expect(page.length).toBeLessThan(1_500_000);
  });
});

describe('hostile values', () => {
  it('stay text, wherever they come from', async () => {
    const page = await renderReport(hostileRun());
    // Markup can only begin with a raw <: all that is there must be the page's own.
    const tags = new Set([...page.matchAll(/<\/?([a-z!][a-z0-9]*)/gi)].map(([, tag = '']) => tag.toLowerCase()));
    for (const tag of ['script', 'img']) expect(tags).not.toContain(tag);
    expect(page).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect([...page.matchAll(/<[^>"]*(?:"[^"]*"[^>"]*)*\son\w+=/g)].map(([tag]) => tag)).toEqual([]);
    expect(page).not.toMatch(/fill="#fff"\s+onload/);
  });

  it('are no colours', async () => {
    const base = sampleRun();
    const colours = { ...base.test.colours, partition: 'url(http://example.org/x)' };
    expect(await renderReport({ ...base, test: { ...base.test, colours } })).not.toContain('example.org');
  });

  it('are all shown: a test of escaping that hides them would prove nothing', async () => {
    const page = await renderReport(hostileRun());
    const shown = places.filter((place) => page.includes(`${place}&lt;/script&gt;`));
    expect(shown).toEqual(places.filter((place) => place !== 'last words'));
  });
});

describe('charts', () => {
  it('draw each ok operation as a dot of its own, not as a line from one to the next', async () => {
    const calls = [1, 2, 3].map((s) => {
      const invocation = { index: s, process: 0, type: 'invoke' as const, f: 'read', value: null, time: s * 1e9 };
      return { invocation, completion: { ...invocation, type: 'ok' as const, time: s * 1e9 + 5e6 * s } };
    });
    const { markup } = await latencyPoints(calls, { endNs: 4e9, shades: [], marks: [] }, 'wide');
    const dots = /d="(M[^"]*)"[^>]*stroke-linecap="round"/.exec(markup)?.[1] ?? '';
    expect(dots.match(/M/g)).toHaveLength(3);
    expect(dots).not.toContain('L');
    expect(pointsMax).toBe(20_000);
  });
});

describe('the report of a history from elsewhere', () => {
  const run = sampleRun({ stale: true });
  const results = run.results;
  if (results === null) throw new Error('the sample has no verdict');
  const checked = {
    file: 'etcd.jsonl',
    format: 'clew',
    model: 'register',
    history: run.history
      .filter(({ process }) => process !== 'nemesis')
      .map((operation, index) => ({ ...operation, index })),
    results: { valid: results.valid, checkers: { linearizable: { valid: true as const } } },
    command: 'clew check etcd.jsonl --model register',
    clew: '0.1.0',
    tookMs: { read: 12, check: 3 },
  };

  it('says what the file is and how to check it again, and nothing of nodes, faults or seeds', async () => {
    const words = wordsOf(await renderHistoryReport({ ...checked, hasTimes: true }));
    for (const text of [checked.file, checked.model, checked.command, 'Latency', 'Time for check']) {
      expect(words).toContain(text);
    }
    for (const text of ['Nodes', 'Faults', 'Seed', 'fault is in force']) expect(words).not.toContain(text);
  });

  it('draws no latencies of a history without times', async () => {
    const words = wordsOf(await renderHistoryReport({ ...checked, hasTimes: false }));
    expect(words).not.toContain('Latency');
    expect(words).not.toContain('Lasted');
  });
});
