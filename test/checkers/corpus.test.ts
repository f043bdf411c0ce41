/** Verdicts on Porcupine's own test histories, where `CLEW_CORPUS` says they are. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linearizable } from '../../checkers/linearizable/linearizable.ts';
import { register } from '../../checkers/models/register.ts';
import type { History, Json, OperationType } from '../../src/history/operation.ts';
import { history, type Line } from './build.ts';

const corpus = [process.env['CLEW_CORPUS'], '../shared/corpus'].find(
  (path) => path !== undefined && existsSync(join(path, 'porcupine/verdicts.json')),
);

/** `INFO  jepsen.util - 4	:invoke	:cas	[2 3]`; `nil` is absent. */
function parseEtcdLog(text: string): History {
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    const match = /^INFO\s+jepsen\.util - (\d+)\s+:(\w+)\s+:(\w+)\s+(.*)$/.exec(line);
    if (match === null) continue;
    const [, process, type, f = '', value = ''] = match;
    const numbers = (value.match(/\d+/g) ?? []).map(Number);
    const parsed: Json = value.startsWith('[') ? numbers : (numbers[0] ?? null);
    lines.push([Number(process), type as OperationType, f, parsed]);
  }
  return history(...lines);
}

describe.skipIf(corpus === undefined)('the etcd histories of Porcupine', () => {
  const folder = join(corpus ?? '', 'porcupine');
  const verdicts = corpus === undefined ? {} : readVerdicts(join(folder, 'verdicts.json'));
  const names = Object.keys(verdicts).filter((name) => name.startsWith('jepsen/') && existsSync(join(folder, name)));

  test('all have the verdict that Porcupine gives them', () => {
    const checker = linearizable(register, { budgetMs: 5000 });
    const found = names.map((name) => [
      name,
      checker.check(parseEtcdLog(readFileSync(join(folder, name), 'utf8'))).valid,
    ]);
    expect(found).toEqual(names.map((name) => [name, verdicts[name]]));
    expect(names.length).toBeGreaterThan(100);
    expect(new Set(Object.values(verdicts))).toEqual(new Set([true, false]));
  });
});

function readVerdicts(path: string): Readonly<Record<string, boolean>> {
  return (JSON.parse(readFileSync(path, 'utf8')) as { linearizable: Record<string, boolean> }).linearizable;
}
