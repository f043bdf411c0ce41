import { describe, expect, it } from 'vitest';
import { chance } from '../../../src/cluster/simulator/chance.ts';
import { network } from '../../../src/cluster/simulator/network.ts';
import { localNetwork, type NetworkOptions } from '../../../src/cluster/simulator/options.ts';
import { nodes, probeCluster, upTo } from './probe.ts';

const make = (options: Partial<NetworkOptions> = {}) => network(chance(5), nodes, { ...localNetwork, ...options });
const sorted = (numbers: readonly unknown[]) => [...numbers].sort((a, b) => Number(a) - Number(b));

describe('every decision stands for itself', () => {
  it('trouble on one link leaves the latencies of the others as they were', () => {
    const latencies = (cut: boolean): number[] => {
      const net = make();
      if (cut) net.cut([['n1', 'n2']]);
      return upTo(20).map(() => {
        net.next(net.link(0, 1), 0);
        return net.next(net.link(0, 2), 0);
      });
    };
    expect(latencies(true)).toEqual(latencies(false));
  });

  it.each([
    ['duplicates', { duplicate: 0.5 }],
    ['reordering', { reorder: 0.5 }],
    ['loss', { loss: 0.5 }],
  ])('%s on a link leave its other messages as they were', (_, rule) => {
    const latencies = (troubled: boolean): readonly number[] => {
      const net = make();
      if (troubled) net.shape([{ edges: [['n1', 'n2']], ...rule }]);
      return upTo(200).map(() => {
        net.duplicate(net.link(0, 1));
        return net.next(net.link(0, 1), 0);
      });
    };
    const plain = latencies(false);
    const same = latencies(true).filter((latency, i) => latency === plain[i]).length;
    expect(same).toBeGreaterThan('duplicate' in rule ? 199 : 80);
    expect(same).toBeLessThan('duplicate' in rule ? 201 : 120);
  });

  it('pings take nothing from messages', () => {
    const latencies = (pings: number): readonly number[] => {
      const net = make();
      return upTo(20).map(() => {
        for (let i = 0; i < pings; i++) net.ping(net.link(0, 1));
        return net.next(net.link(0, 1), 0);
      });
    };
    expect(latencies(3)).toEqual(latencies(0));
  });
});

describe('shares', () => {
  it.each([
    ['lost', { loss: 0.3 }],
    ['doubled', { duplicate: 0.3 }],
    ['held back', { reorder: 0.3 }],
  ])('of messages are %s as asked', (what, rule) => {
    const net = make({ heldBackUs: [50_000] });
    net.shape([{ edges: [['n1', 'n2']], ...rule }]);
    const struck = upTo(5000).filter(() => {
      const latency = net.next(net.link(0, 1), 0);
      const copy = net.duplicate(net.link(0, 1));
      return what === 'lost' ? latency < 0 : what === 'doubled' ? copy > 0 : latency > 50_000;
    });
    expect(struck.length / 5000).toBeGreaterThan(0.27);
    expect(struck.length / 5000).toBeLessThan(0.33);
    expect(net.troubled()).toBe(struck.length);
  });

  it('of rules and traits add up: a message escapes only both', () => {
    const net = make({ duplicatePerMille: 500 });
    net.shape([{ edges: [['n1', 'n2']], duplicate: 0.5 }]);
    const doubled = upTo(5000).filter(() => {
      net.next(net.link(0, 1), 0);
      return net.duplicate(net.link(0, 1)) > 0;
    });
    expect(doubled.length / 5000).toBeCloseTo(0.75, 1);
    // What the network does anyway is no trouble.
    expect(net.troubled() / 5000).toBeCloseTo(0.5, 1);
  });
});

describe('messages', () => {
  it('arrive twice when they are doubled', async () => {
    const { run, clock, faults, say, heard } = probeCluster();
    await run(async () => {
      await faults.shape([{ edges: [['n1', 'n2']], duplicate: 1 }]);
      await say('n1', 'n2', upTo(10));
      await clock.sleep(100);
      expect(sorted(await heard('n2'))).toEqual(sorted([...upTo(10), ...upTo(10)]));
    });
  });

  it('overtake each other, unless links keep their order', async () => {
    const order = async (inOrder: boolean) => {
      const { run, clock, say, heard } = probeCluster({ network: { inOrder } });
      return run(async () => {
        await say('n1', 'n2', upTo(100));
        await clock.sleep(100);
        return heard('n2');
      });
    };
    expect(await order(true)).toEqual(upTo(100));
    const loose = await order(false);
    expect(loose).not.toEqual(upTo(100));
    expect(sorted(loose)).toEqual(upTo(100));
  });

  it.each([
    ['by a trait', { reorderPerMille: 300 }, {}],
    ['by a rule', {}, { reorder: 0.3 }],
  ])(
    'that are held back %s come later than those after them, and the others keep their order',
    async (_, trait, rule) => {
      const { run, clock, faults, say, heard } = probeCluster({
        network: { inOrder: true, heldBackUs: [50_000], ...trait },
      });
      await run(async () => {
        if ('reorder' in rule) await faults.shape([{ edges: [['n1', 'n2']], ...rule }]);
        await say('n1', 'n2', upTo(100));
        await clock.sleep(30);
        const first = await heard('n2');
        expect(first.length).toBeGreaterThan(55);
        expect(first.length).toBeLessThan(85);
        expect(first).toEqual(sorted(first));
        await clock.sleep(100);
        expect(sorted(await heard('n2'))).toEqual(upTo(100));
      });
    },
  );
});

describe('a clogged link', () => {
  const clogged = [['n1', 'n2']] as const;

  it('keeps what is sent, lets nothing through, and lets it out in order', async () => {
    const { run, clock, faults, say, heard, observe } = probeCluster();
    await run(async () => {
      await faults.clog(clogged);
      await say('n1', 'n2', upTo(50));
      await say('n1', 'n3', [1]);
      await say('n2', 'n1', [1]);
      await clock.sleep(1000);
      expect([await heard('n2'), await heard('n3'), await heard('n1')]).toEqual([[], [1], [1]]);
      expect((await observe('n2')).heardMs['n1']).toBeGreaterThan(900);
      expect(await faults.dropped()).toBeGreaterThanOrEqual(50);
      await faults.clog([]);
      await clock.sleep(100);
      expect(await heard('n2')).toEqual(upTo(50));
    });
  });

  it('lets go on what was on its way already, and is unclogged by itself', async () => {
    const { run, clock, faults, say, heard } = probeCluster();
    await run(async () => {
      await say('n1', 'n2', [1]);
      await faults.clog([...clogged, ['n1', 'n3']]);
      await say('n1', 'n2', [2]);
      await say('n1', 'n3', [2]);
      await clock.sleep(100);
      expect(await heard('n2')).toEqual([1]);
      await faults.clog(clogged);
      await clock.sleep(100);
      expect([await heard('n2'), await heard('n3')]).toEqual([[1], [2]]);
    });
  });

  it('keeps messages while both ends restart: a new process may hear from an old one', async () => {
    const { run, clock, faults, say, heard } = probeCluster();
    await run(async () => {
      await faults.clog(clogged);
      await say('n1', 'n2', [7]);
      for (const node of ['n1', 'n2']) {
        await faults.kill(node);
        await faults.start(node);
      }
      await faults.clog([]);
      await clock.sleep(100);
      expect(await heard('n2')).toEqual([7]);
    });
  });

  it('that is cut when it is unclogged loses what waited', async () => {
    const { run, clock, faults, say, heard } = probeCluster();
    await run(async () => {
      await faults.clog(clogged);
      await say('n1', 'n2', upTo(5));
      await faults.cut(clogged);
      await faults.clog([]);
      await faults.cut([]);
      await clock.sleep(100);
      expect(await heard('n2')).toEqual([]);
    });
  });
});
