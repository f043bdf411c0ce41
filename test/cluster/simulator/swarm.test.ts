import { describe, expect, it } from 'vitest';
import { simulatedCluster } from '../../../src/cluster/simulator/cluster.ts';
import { optionsFrom, simulatorDefaults, type SimulatorOptions } from '../../../src/cluster/simulator/options.ts';
import { drawKnobs } from '../../../src/cluster/simulator/swarm.ts';
import { system as chatter } from './chatter.ts';

const drawn = Array.from({ length: 400 }, (_, seed) => optionsFrom(drawKnobs(seed)));

/** Whether the run has the trait. */
const traits: Readonly<Record<string, (options: SimulatorOptions) => boolean>> = {
  wide: ({ network }) => (network.latencyUs[0] ?? 0) >= 10_000,
  'slow messages': ({ network }) => network.slowPerMille > 0,
  duplicates: ({ network }) => network.duplicatePerMille > 0,
  'in order': ({ network }) => network.inOrder,
  'held back': ({ network }) => network.reorderPerMille > 0,
  'slow clients': ({ client }) => client.slowPerMille > 0,
  'slow disk': ({ disk }) => disk.syncUs !== simulatorDefaults.disk.syncUs,
  'slow syncs': ({ disk }) => disk.slowPerMille > 0,
  'torn records': ({ disk }) => disk.tornPerMille > 0,
  'slow handlers': ({ process }) => process.handlerUs.some((us) => us > 0),
  'late timers': ({ process }) => process.lateTimerPerMille > 0,
  'clock rates': ({ clock }) => clock.rates.some((rate) => rate !== 1),
  buggify: ({ buggify }) => buggify.live > 0,
  codec: ({ codec }) => codec,
  frozen: ({ freeze }) => freeze,
};

describe('each seed has its own kind of world', () => {
  it.each(Object.entries(traits))('%s: some runs have it, and others do not', (_, has) => {
    const share = drawn.filter(has).length / drawn.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.65);
  });

  it('traits come independently of each other, and some worlds are almost plain', () => {
    const counts = drawn.map((options) => Object.values(traits).filter((has) => has(options)).length);
    expect(Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(7);
    const both = drawn.filter((options) => options.network.inOrder && options.network.duplicatePerMille > 0).length;
    expect(both / drawn.length).toBeGreaterThan(0.05);
  });

  it('is JSON, the same for the same seed, and a cluster can be made of it', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const simulator = drawKnobs(seed);
      expect(JSON.parse(JSON.stringify(simulator))).toEqual(simulator);
      expect(drawKnobs(seed)).toEqual(simulator);
      const cluster = simulatedCluster({
        deployment: { system: chatter, module: '', mutant: null, settings: {} },
        runId: 'test',
        nodes: ['n1', 'n2', 'n3'],
        seed,
        directory: null,
        simulator,
      });
      await cluster.drive(async () => {
        await cluster.start();
        await cluster.clock.sleep(200);
      });
      expect(cluster.events()).toBeGreaterThan(20);
    }
  });
});

it('knobs that are named by themselves leave the others of their record as they are', () => {
  const options = optionsFrom({ disk: { tornPerMille: 7 }, buggify: { live: 0.1 } });
  expect(options.disk).toEqual({ ...simulatorDefaults.disk, tornPerMille: 7 });
  expect(options.buggify).toEqual({ live: 0.1, perMille: 0, untilMs: null });
  expect(options.network).toEqual(simulatorDefaults.network);
});
