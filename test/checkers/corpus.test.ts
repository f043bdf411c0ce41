/** Verdicts on Porcupine's own test histories, where `CLEW_CORPUS` says they are. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkLinearizable } from '../../checkers/linearizable/linearizable.ts';
import { kv } from '../../checkers/models/kv.ts';
import type { Model } from '../../checkers/models/model.ts';
import { register } from '../../checkers/models/register.ts';
import { readColumns } from '../../src/history/read-columns.ts';

const corpus = [process.env['CLEW_CORPUS'], '../shared/corpus'].find(
  (path) => path !== undefined && existsSync(join(path, 'porcupine/verdicts.json')),
);

describe.skipIf(corpus === undefined)('the histories of Porcupine', () => {
  const folder = join(corpus ?? '', 'porcupine');
  const verdicts = corpus === undefined ? {} : readVerdicts(join(folder, 'verdicts.json'));

  test.each<[what: string, folder: string, model: Model<unknown>, count: number]>([
    ['of etcd', 'jepsen/', register, 102],
    ['of key-value stores', 'kv/', kv, 6],
  ])(
    '%s all have the verdict that Porcupine gives them, and an order or evidence',
    async (_what, under, model, count) => {
      const names = Object.keys(verdicts).filter((name) => name.startsWith(under));
      expect(names).toHaveLength(count);
      for (const name of names) {
        const { columns } = await readColumns(join(folder, name));
        const verdict = checkLinearizable(columns, model, { replayWitnesses: true, stopAtFirstFailure: true });
        expect([name, verdict.valid]).toEqual([name, verdicts[name]]);
        expect(verdict.witnesses?.refuted ?? []).toEqual([]);
        const [failure] = verdict.failures;
        if (failure === undefined) continue;
        expect([name, failure.prefix.smallest, failure.states.length > 0]).toEqual([name, true, true]);
        expect(checkLinearizable(failure.shrunk?.operations ?? [], model).valid).toBe(false);
      }
    },
  );
});

function readVerdicts(path: string): Readonly<Record<string, boolean>> {
  return (JSON.parse(readFileSync(path, 'utf8')) as { linearizable: Record<string, boolean> }).linearizable;
}
