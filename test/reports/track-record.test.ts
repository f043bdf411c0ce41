import { describe, expect, it } from 'vitest';
import { killFigures, matrixAnswer, shrinkMedian } from '../../reports/kill-figures.ts';
import { measured, secondsWords } from '../../reports/kill-words.ts';
import { trackRecord, withTrackRecord } from '../../reports/track-record.ts';
import type { HuntRecord, MatrixRecord, MutantRecord } from '../../src/store/matrix.ts';

const hunt = (seeds: number, check: string | null): HuntRecord => ({
  firstSeed: 1,
  seeds,
  seconds: seeds / 4,
  busySeconds: seeds / 2,
  kill: check === null ? null : { seed: seeds, check, failures: [check], reason: '' },
});

const mutant = (name: string, hunts: readonly HuntRecord[]): MutantRecord => ({
  name,
  broken: 'It forgets.',
  source: 'etcd 1',
  faults: ['kill', 'partition'],
  killedBy: 'linearizable',
  hunts,
  smallest:
    hunts[0]?.kill === null
      ? null
      : {
          failure: 'linearizable',
          seed: 7,
          directory: name,
          operations: 2,
          faults: 1,
          nodes: 3,
          isMinimal: true,
          seconds: 1.25,
        },
});

const killed = mutant('killed', [hunt(4, 'crashes'), hunt(1, 'linearizable'), hunt(3, 'crashes'), hunt(2, 'crashes')]);
const alive = mutant('alive', [hunt(8, null), hunt(9, 'crashes'), hunt(60, null)]);

const record = (mutants: readonly MutantRecord[], failedRuns = 0): MatrixRecord => ({
  version: 1,
  clew: '0.1.0',
  startedAt: '2026-11-28T10:00:00.000Z',
  seconds: 61,
  command: 'npm run clew -- fuzz raft --mutant all',
  host: { cpu: 'A Processor', cores: 2, node: '24.0.0', platform: 'linux', load: 3.25 },
  system: 'raft',
  name: 'raft',
  description: 'replicated log',
  jobs: 2,
  campaigns: 4,
  killBudgetS: 60,
  mutants,
  control: {
    runs: 300,
    unknown: 0,
    failed: failedRuns > 0 ? [{ seed: 5, failure: 'linearizable', reason: 'not' }] : [],
    failedRuns,
    seconds: 3,
  },
  notPlanted: [{ bug: 'A lease outlasts its leader.', source: 'etcd-io/raft 99', why: 'There are no leases.' }],
});

describe('figures of a mutant', () => {
  it('are the lower median and the worst, and what killed it most', () => {
    const { seeds, seconds, checks } = killFigures(killed);
    expect([seeds.p50, seeds.worst]).toEqual([
      { value: 2, isMore: false },
      { value: 4, isMore: false },
    ]);
    expect(seconds.worst.value).toBe(1);
    expect(checks).toEqual([
      { check: 'crashes', count: 3 },
      { check: 'linearizable', count: 1 },
    ]);
  });

  it('count a campaign that found nothing as longer than any that did', () => {
    const { seeds, killed: times, campaigns } = killFigures(alive);
    expect([times, campaigns]).toEqual([1, 3]);
    expect(measured(seeds.p50, String)).toBe('> 8');
    expect(measured(seeds.worst, String)).toBe('> 60');
  });

  it.each([
    [0.424, '0.42'],
    [3.14, '3.1'],
    [58.4, '58'],
  ])('%f s is %s', (seconds, words) => {
    expect(secondsWords(seconds)).toBe(words);
  });
});

describe('how long shrinking took', () => {
  it('is told by the lower median, of what was shrunk', () => {
    const shrunkIn = (seconds: number): MutantRecord =>
      ({ ...killed, smallest: { ...killed.smallest, seconds } }) as MutantRecord;
    expect(shrinkMedian([shrunkIn(9), alive, shrunkIn(2), shrunkIn(5), shrunkIn(7)])).toBe(5);
    expect(shrinkMedian([alive])).toBeNull();
  });
});

describe('the answer of a matrix', () => {
  it('is that of the control, then that of the mutants', () => {
    expect(matrixAnswer(record([killed]))).toBe('valid');
    expect(matrixAnswer(record([killed, alive]))).toBe('unknown');
    expect(matrixAnswer(record([killed, alive], 1))).toBe('invalid');
    expect(matrixAnswer({ ...record([killed]), control: null })).toBe('unknown');
  });
});

describe('the section of a system', () => {
  it('has a line for each mutant, and how to see it again', () => {
    const text = trackRecord(record([killed, alive]));
    expect(text).toContain(
      '| killed | 4/4 | crashes 3, linearizable 1 | 2 | 4 | 0.50 | 1.0 | 2 operations, 1 fault, 3 nodes | 1.3 s |',
    );
    expect(text).toContain('A failure was shrunk in 1.3 s (median over the mutants, one worker).');
    expect(text).toContain('| **alive** | 1/3 | crashes | &gt; 8 | &gt; 60 | &gt; 2.0 | &gt; 15 |  |  |');
    expect(text).toContain('1 of 2 mutants were killed in every campaign. Not so: alive (1 of 3).');
    expect(text).toContain('`npm run clew -- fuzz raft --mutant killed --seeds 7`');
    expect(text).toContain('`npm run clew -- fuzz raft --mutant alive --seeds 9`');
    expect(text).toContain('Measured on 2026-11-28 on 2 cores (A Processor), Node 24.0.0');
    expect(text).toContain('Control: 300 runs of raft without a mutant, none failed.');
    expect(text).toContain('- A lease outlasts its leader. There are no leases. Source: etcd-io/raft 99.');
  });

  it('says so where the system itself failed, and where a mutant was never found', () => {
    expect(trackRecord(record([killed], 2))).toContain(
      '**Control: 2 of 300 runs of raft without a mutant failed:** seeds 5 (linearizable).',
    );
    expect(trackRecord(record([mutant('ghost', [hunt(40, null)])]))).toContain('Not found here.');
  });

  it('is put in place of what was there, and leaves the rest of the document', () => {
    const first = withTrackRecord(null, record([alive]));
    expect(first).toMatch(/^# Track record\n/);
    const two = withTrackRecord(first, { ...record([killed]), name: 'other', system: 'other' });
    expect(two.startsWith(first)).toBe(true);
    const again = withTrackRecord(two, record([killed]));
    expect(again).not.toContain('alive');
    expect(again.match(/^<!-- \/?\w+ -->$/gm)).toEqual([
      '<!-- raft -->',
      '<!-- /raft -->',
      '<!-- other -->',
      '<!-- /other -->',
    ]);
    expect(withTrackRecord(again, record([killed]))).toBe(again);
  });
});
