import { expect, test } from 'vitest';
import { search } from '../../../checkers/linearizable/general/search.ts';
import { complete, type Model } from '../../../checkers/models/model.ts';
import { register } from '../../../checkers/models/register.ts';
import { columnsBuilder } from '../../../src/history/columns-builder.ts';
import { kinds } from '../../checkers/linearizable/general/kinds.ts';
import { never, partsOf, trials } from '../../checkers/linearizable/general/trial.ts';

test.each(Object.entries(kinds))('many random histories of a %s are decided as by brute force', (name, kind) => {
  const split = trials(kind, 15_000);
  process.stdout.write(`${name}: ${JSON.stringify(split)}\n`);
  expect(Math.min(split.valid, split.invalid)).toBeGreaterThan(1500);
});

test('a million operations of one process, one after the other, are a straight way', () => {
  const model = complete(register as Model<unknown>);
  const builder = columnsBuilder();
  for (let i = 0; i < 1_000_000; i++) {
    const f = i % 2 === 0 ? 'write' : 'read';
    const value = builder.value(i >> 1);
    builder.invoke(0, builder.name(f), -1, f === 'write' ? value : 0, 0);
    builder.complete(0, 'ok', value, 0);
  }
  const [part] = partsOf(model, builder.columns());
  if (part === undefined) throw new Error('no part');
  const way = search(model, part);
  expect(way.advance(never)).toBe('valid');
  expect(way.bytes()).toBeLessThan(400e6);
  const order = way.witness();
  expect(order.length).toBe(1_000_000);
  expect(order.every((place, i) => place === i)).toBe(true);
}, 60_000);
