import { describe, expect, it } from 'vitest';
import type { CausalMessage } from '../../../systems/causal-store/messages.ts';
import { causalStore } from '../../../systems/causal-store/system.ts';
import type { CreateProtocol } from '../../../systems/protocol.ts';
import { alone, read, sent, write, writes } from './alone.ts';

type Create = CreateProtocol<CausalMessage>;

/** What goes wrong, if anything; each scenario is the shortest way to one mutant's bug. */
const scenarios: Readonly<
  Record<string, { readonly right: unknown; readonly wrong: unknown; run(create: Create): unknown }>
> = {
  // c has read b's write before its own, which comes first.
  'fifo-only': {
    right: { x: null, y: null },
    wrong: { x: null, y: 'c1' },
    run(create) {
      const node = alone({ create });
      node.receive('c', writes(sent('c', { b: 1, c: 1 }, 2, 'y', 'c1')));
      node.settle();
      return { x: node.value('x'), y: node.value('y') };
    },
  },
  // The session has written at b.
  'no-session': {
    right: undefined,
    wrong: { type: 'ok', value: { value: null, clock: {} } },
    run: (create) => alone({ create }).ask(read('x', { b: 1 })),
  },
  // The clock goes back by ten seconds between a session's two writes.
  'lww-wall-clock': {
    right: 2,
    wrong: 1,
    run(create) {
      let now = 20_000;
      const node = alone({ create, wallNow: () => now });
      node.ask(write('x', 1));
      now -= 10_000;
      node.ask(write('x', 2));
      return node.value('x');
    },
  },
  // Two nodes have the same two concurrent writes, in different orders.
  'no-convergence': {
    right: ['c1', 'c1'],
    wrong: ['c1', 'b1'],
    run(create) {
      const both = [sent('b', { b: 1 }, 1, 'x', 'b1'), sent('c', { c: 1 }, 1, 'x', 'c1')];
      return [both, both.toReversed()].map((order) => {
        const node = alone({ create });
        for (const each of order) node.receive(each.sender, writes(each));
        node.settle();
        return node.value('x');
      });
    },
  },
};

describe.each(causalStore.mutants)('$name', ({ name, create }) => {
  const scenario = scenarios[name];

  it('shows its bug', () => {
    expect(scenario?.run(create)).toEqual(scenario?.wrong);
  });

  it('which the store does not have', () => {
    expect(scenario?.run(causalStore.create)).toEqual(scenario?.right);
  });

  it('serves clients when nothing fails', () => {
    const node = alone({ create, wallNow: () => 1 });
    expect(node.ask(write('x', 1))).toEqual({ type: 'ok', value: { clock: { a: 1 } } });
    expect(node.ask(read('x', { a: 1 }))).toEqual({ type: 'ok', value: { value: 1, clock: { a: 1 } } });
  });
});
