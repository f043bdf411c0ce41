/** Porcupine's own test data, when `CLEW_CORPUS` names a folder with `porcupine/` in it. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ABSENT, NEVER, outcomes } from '../../src/history/columns.ts';
import { readColumns } from '../../src/history/read-columns.ts';

const corpus = process.env['CLEW_CORPUS'];
const folder = corpus === undefined ? '' : join(corpus, 'porcupine');

const files = (kind: string): readonly string[] =>
  readdirSync(join(folder, kind))
    .map((name) => join(folder, kind, name))
    .filter((path) => statSync(path).size > 0);

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe.runIf(existsSync(folder))("Porcupine's test data", () => {
  test('logs: every line is taken for what it says', async () => {
    const paths = files('jepsen');
    expect(paths).toHaveLength(102);
    for (const path of paths) {
      const text = readFileSync(path, 'utf8');
      const { columns, format } = await readColumns(path);
      expect(format).toBe('porcupine-log');
      expect(columns.positions).toBe(count(text, /\n/g));
      expect(columns.count).toBe(count(text, /:invoke/g));
      const of = (wanted: number): number => columns.outcome.filter((outcome) => outcome === wanted).length;
      const unfinished = columns.completed.filter((completed) => completed === NEVER).length;
      expect(of(outcomes.ok)).toBe(count(text, /:ok/g));
      expect(of(outcomes.info)).toBe(count(text, /:info/g) + unfinished);
      expect(of(outcomes.mismatch)).toBe(count(text, /:fail\s+:cas\s+\[/g));
      expect(of(outcomes.fail)).toBe(count(text, /:fail\s+:read\s+:timed-out/g));
    }
  });

  test('key-value stores: every line is taken, and "" is absent', async () => {
    const paths = files('kv');
    expect(paths).toHaveLength(6);
    for (const path of paths) {
      const text = readFileSync(path, 'utf8');
      const { columns, format } = await readColumns(path);
      expect(format).toBe('porcupine-kv');
      expect(columns.positions).toBe(count(text, /\n/g));
      expect(columns.values).not.toContain('');
      const absent = columns.output.filter((value, row) => value === ABSENT && columns.completed[row] !== NEVER).length;
      expect(absent).toBe(count(text, /:type :ok, :f :get, :key "\d+", :value ""/g));
    }
  });
});
