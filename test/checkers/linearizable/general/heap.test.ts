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
