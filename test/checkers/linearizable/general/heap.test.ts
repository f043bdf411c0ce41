import { expect, test } from 'vitest';
import { heap } from '../../../../checkers/linearizable/general/heap.ts';
import { random } from '../../../../src/random.ts';

test('what is taken is what comes before all others', () => {
  const draw = random(1, 'heap');
  const items = heap((a, b) => b - a);
  let held: number[] = [];
  for (let i = 0; i < 2000; i++) {
    if (held.length === 0 || draw.next() < 0.6) {
      const item = draw.int(300);
      items.add(item);
      held.push(item);
    } else {
      held = held.toSorted((a, b) => a - b);
      expect(items.take()).toBe(held.pop());
    }
    expect(items.size()).toBe(held.length);
  }
  expect(held.length).toBeGreaterThan(100);
});

test('it knows what it holds', () => {
  const items = heap((a, b) => a - b);
  for (let item = 0; item < 1000; item++) items.add(item);
  expect(items.bytes()).toBeGreaterThanOrEqual(4 * 1000);
  expect(items.bytes()).toBeLessThan(4 * 4 * 1000);
});
