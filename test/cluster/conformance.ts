/** What every cluster must do alike: one set of assertions, made through a small system that does what it is asked. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Json, NodeId, Response } from '../../systems/protocol.ts';
import { type Cluster, type ClusterOptions, NoAnswer, type NodeEvent } from '../../src/cluster/cluster.ts';
import { RefusedToStart, type Observation } from '../../src/cluster/faults.ts';
import { beatEveryMs, type ProbeWrite, system } from './probe-system.ts';

const nodes = ['n1', 'n2', 'n3'] as const;
const [a, b, c] = nodes;
const requestTimeoutMs = 3_000;
/** Silence this long on a link that is alive does not happen: hosts ping about every 100 ms. */
const silentMs = 600;

/** Declares the suite for the clusters that `make` makes; `runId` is theirs. */
export function conformance(name: string, runId: string, make: (options: ClusterOptions) => Cluster): void {
  describe(`a ${name} cluster`, () => {
    const events: NodeEvent[] = [];
    let cluster: Cluster;

    /** What `node` answers to a request of the probe system. */
    const ask = async (node: NodeId, f: string, key?: string, value?: Json): Promise<Response> => {
      const connection = cluster.connect(node);
      try {
        const request = { f, ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value }) };
        return await connection.request(request, requestTimeoutMs);
      } finally {
        connection.close();
      }
    };
    const value = async (...request: Parameters<typeof ask>): Promise<Json> => {
      const response = await ask(...request);
      if (response.type !== 'ok') throw new Error(`${JSON.stringify(request)}: ${JSON.stringify(response)}`);
      return response.value ?? null;
    };
    const observation = async (node: NodeId): Promise<Observation> => {
      const seen = await cluster.faults.observe(node);
      if (seen === null) throw new Error(`${node} can't be observed`);
      return seen;
    };
    /** Waits until `holds` does; fails with what it last saw. */
    const eventually = async <T>(look: () => Promise<T>, holds: (seen: T) => boolean, withinMs = 8_000): Promise<T> => {
      const deadline = cluster.clock.now() + withinMs;
      for (;;) {
        const seen = await look();
        if (holds(seen)) return seen;
        if (cluster.clock.now() > deadline) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(seen)}`);
        await cluster.clock.sleep(20);
      }
    };
    const inboxOf = async (node: NodeId, marker: string): Promise<readonly Json[]> =>
      ((await value(node, 'inbox')) as readonly (readonly [NodeId, Json])[]).filter(([, payload]) =>
        JSON.stringify(payload).includes(marker),
      );
    const heard = async (listener: NodeId, speaker: NodeId): Promise<number> =>
      (await observation(listener)).heardMs[speaker] ?? Infinity;
    const restart = async (node: NodeId): Promise<void> => {
      await cluster.faults.kill(node);
      await cluster.faults.start(node);
    };
    const check = (what: string, body: () => Promise<void>): void => {
      test(what, () => cluster.drive(body));
    };

    beforeAll(async () => {
      cluster = make({
        deployment: {
          system,
          module: new URL('probe-system.ts', import.meta.url).pathname,
          mutant: null,
          settings: {},
        },
        runId,
        nodes,
        seed: 1,
        directory: null,
      });
      cluster.onEvent((event) => events.push(event));
      await cluster.drive(() => cluster.start());
    });
    afterAll(() => cluster.stop());

    describe('answers', () => {
      check('what the protocol replies, whatever its type', async () => {
        const responses: Response[] = [
          { type: 'ok', value: { nested: [1, null, 'zwölf <b>', true] } },
          { type: 'fail', error: 'mismatch' },
          { type: 'info', error: 'who knows' },
          { type: 'redirect', leader: b },
          { type: 'redirect', leader: null },
        ];
        for (const response of responses) {
          expect(await ask(a, 'answer', '-', response as unknown as Json)).toEqual(response);
        }
      });

      check('only the first reply to a request counts', async () => {
        expect(await value(a, 'answer-twice')).toBe('first');
      });

      check('no reply in time means that nobody knows', async () => {
        const connection = cluster.connect(a);
        const error = await connection.request({ f: 'hear-no-more' }, 200).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(NoAnswer);
        expect(error).toMatchObject({ sent: true });
        // The line is usable again: what was asked before does not answer in place of what is asked now.
        expect(await connection.request({ f: 'answer-twice' }, requestTimeoutMs)).toEqual({
          type: 'ok',
          value: 'first',
        });
        connection.close();
      });

      check('a request to a dead node was never sent', async () => {
        const connection = cluster.connect(c);
        await connection.request({ f: 'beats' }, requestTimeoutMs);
        await cluster.faults.kill(c);
        // The line may need one request to find out that its other end is gone.
        await connection.request({ f: 'beats' }, 1_000).catch(() => undefined);
        const error = await connection.request({ f: 'beats' }, 1_000).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(NoAnswer);
        expect(error).toMatchObject({ sent: false });
        await cluster.faults.start(c);
        expect(await connection.request({ f: 'answer-twice' }, requestTimeoutMs)).toEqual({
          type: 'ok',
          value: 'first',
        });
        connection.close();
      });
    });

    describe('timers', () => {
      const firedAt = async (prefix: string): Promise<readonly Json[]> =>
        ((await value(a, 'fired')) as readonly string[]).filter((timer) => timer.startsWith(prefix));

      check('fire once, in the order of their times', async () => {
        await value(a, 'set-timer', 'once-late', 160);
        await value(a, 'set-timer', 'once-early', 40);
        await cluster.clock.sleep(400);
        expect(await firedAt('once')).toEqual(['once-early', 'once-late']);
      });

      check('are replaced by a later one of the same name', async () => {
        await value(a, 'set-timer', 'replaced', 100);
        await value(a, 'set-timer', 'replaced', 400);
        await cluster.clock.sleep(200);
        expect(await firedAt('replaced')).toEqual([]);
        await cluster.clock.sleep(400);
        expect(await firedAt('replaced')).toEqual(['replaced']);
      });

      check('do not fire when cancelled', async () => {
        await value(a, 'set-timer', 'cancelled', 100);
        await value(a, 'cancel-timer', 'cancelled');
        await value(a, 'cancel-timer', 'never-set');
        await cluster.clock.sleep(250);
        expect(await firedAt('cancelled')).toEqual([]);
      });

      check('do not survive the process', async () => {
        await value(a, 'set-timer', 'forgotten', 300);
        await restart(a);
        await cluster.clock.sleep(500);
        expect(await firedAt('forgotten')).toEqual([]);
      });
    });

    describe('messages', () => {
      check('arrive, with their sender and as they were', async () => {
        const payload = { marker: 'arrives', deep: [[], {}, 1.5, 'ü'] };
        await eventually(
          async () => {
            await value(a, 'send', b, payload);
            return inboxOf(b, 'arrives');
          },
          (inbox) => inbox.length > 0,
        );
        expect((await inboxOf(b, 'arrives'))[0]).toEqual([a, payload]);
        expect(await inboxOf(c, 'arrives')).toEqual([]);
      });

      check('that are large arrive too', async () => {
        await eventually(
          () => heard(c, b),
          (ms) => ms < silentMs,
        );
        await value(b, 'send', c, { marker: 'large', text: 'x'.repeat(300_000) });
        const inbox = await eventually(
          () => inboxOf(c, 'large'),
          (found) => found.length > 0,
        );
        expect(JSON.stringify(inbox[0])).toHaveLength(
          JSON.stringify([b, { marker: 'large', text: '' }]).length + 300_000,
        );
      });
    });

    describe('disks', () => {
      const write = (node: NodeId, ...writes: readonly ProbeWrite[]) => value(node, 'write', '-', writes);

      check('keep what was synced, and lose what was not, when the process is killed', async () => {
        await write(b, ['put', 'term', 3], ['append', 'log', 'x'], ['append', 'log', { y: 1 }]);
        await value(b, 'sync');
        await write(b, ['put', 'term', 4], ['append', 'log', 'never synced']);
        await restart(b);
        expect(await value(b, 'recovered')).toMatchObject({
          values: { term: 3 },
          logs: { log: { first: 0, records: ['x', { y: 1 }] } },
        });
      });

      check('truncate and trim by position, and append after what is left', async () => {
        await write(b, ...['0', '1', '2', '3', '4'].map((record): ProbeWrite => ['append', 'cut', record]));
        await write(b, ['truncate', 'cut', 4], ['trim', 'cut', 2], ['append', 'cut', 'new 4']);
        await write(b, ['append', 'emptied', 'gone'], ['trim', 'emptied', 7], ['append', 'emptied', 'at 7']);
        await value(b, 'sync');
        await restart(b);
        expect(await value(b, 'recovered')).toMatchObject({
          logs: {
            cut: { first: 2, records: ['2', '3', 'new 4'] },
            emptied: { first: 7, records: ['at 7'] },
          },
        });
      });

      check('complete syncs in the order they were asked for', async () => {
        const before = Number(await value(b, 'sync'));
        const connection = cluster.connect(b);
        const others = [cluster.connect(b), cluster.connect(b)];
        await write(b, ['put', 'order', 1]);
        const results = await Promise.all(
          [connection, ...others].map((each) => each.request({ f: 'sync' }, requestTimeoutMs)),
        );
        const numbers = results.map((result) => (result.type === 'ok' ? Number(result.value) : NaN));
        expect(numbers.toSorted((x, y) => x - y)).toEqual([before + 1, before + 2, before + 3]);
        for (const each of [connection, ...others]) each.close();
      });
    });

    describe('disks in trouble', () => {
      check('complete no sync while they stall, if they can', async () => {
        const { disk } = cluster.faults;
        if (disk === undefined) return;
        await disk(b, [{ kind: 'stall' }]);
        let synced = false;
        const sync = value(b, 'sync').then(() => (synced = true));
        await cluster.clock.sleep(500);
        expect(synced).toBe(false);
        expect((await observation(b)).disk?.waitingMs).toBeGreaterThan(400);
        await disk(b, []);
        await sync;
      });

      check('that fail a sync end the process, if they can', async () => {
        const { disk } = cluster.faults;
        if (disk === undefined) return;
        await disk(b, [{ kind: 'io-error' }]);
        const connection = cluster.connect(b);
        const error = await connection.request({ f: 'sync' }, 1_000).catch((thrown: unknown) => thrown);
        connection.close();
        expect(error).toMatchObject({ name: 'NoAnswer', sent: true });
        expect(await cluster.faults.observe(b)).toBeNull();
        await disk(b, []);
        await cluster.faults.start(b);
        expect(await value(b, 'answer-twice')).toBe('first');
      });
    });

    describe('processes', () => {
      check('are new after a restart, with their own incarnation', async () => {
        const before = await observation(c);
        await restart(c);
        const after = await observation(c);
        expect(after.incarnation).not.toBe(before.incarnation);
      });

      check('that are killed twice, or started twice, are left as they are', async () => {
        await cluster.faults.kill(c);
        await cluster.faults.kill(c);
        expect(await cluster.faults.observe(c)).toBeNull();
        await cluster.faults.start(c);
        const { incarnation } = await observation(c);
        await cluster.faults.start(c);
        expect((await observation(c)).incarnation).toBe(incarnation);
      });

      check('report their start and their exit', () => {
        const kinds = (node: NodeId) => events.filter((event) => event.node === node).map((event) => event.kind);
        expect(kinds(c).filter((kind) => kind === 'exit').length).toBeGreaterThan(0);
        expect(kinds(c).filter((kind) => kind === 'start').length).toBe(
          kinds(c).filter((kind) => kind === 'exit').length + 1,
        );
        return Promise.resolve();
      });

      check('stand still while paused, and go on where they were', async () => {
        const { incarnation } = await observation(a);
        await cluster.faults.pause(a);
        expect(await cluster.faults.observe(a)).toBeNull();
        const connection = cluster.connect(a);
        const error = await connection.request({ f: 'beats' }, 200).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'NoAnswer', sent: true });
        connection.close();
        await cluster.clock.sleep(1_000);
        const before = Number(await value(b, 'beats'));
        await cluster.clock.sleep(200);
        expect(Number(await value(b, 'beats'))).toBeGreaterThan(before);
        await cluster.faults.resume(a);
        const seen = await observation(a);
        expect(seen.incarnation).toBe(incarnation);
        // All the beats of the time that it stood still are one late beat.
        const at = cluster.clock.now();
        const resumed = Number(await value(a, 'beats'));
        await cluster.clock.sleep(10 * beatEveryMs);
        const beats = Number(await value(a, 'beats')) - resumed;
        expect(beats).toBeLessThanOrEqual((cluster.clock.now() - at) / beatEveryMs + 2);
      });

      check('can be killed while paused', async () => {
        await cluster.faults.pause(b);
        await cluster.faults.kill(b);
        await cluster.faults.start(b);
        expect(await value(b, 'answer-twice')).toBe('first');
      });

      check('log their probes, and show the last value of each', async () => {
        await value(a, 'probe', 'role', 'follower');
        await value(a, 'probe', 'role', 'leader');
        await value(a, 'probe', 'commit', 17);
        expect((await observation(a)).probes).toMatchObject({ role: 'leader', commit: 17 });
        const logged = () =>
          events.filter((event) => event.node === a && event.kind === 'probe' && event.name === 'role');
        await eventually(
          () => Promise.resolve(logged().length),
          (count) => count >= 2,
        );
        expect(logged().map((event) => event.detail)).toEqual(['follower', 'leader']);
        // A gauge changes with every command: it is kept, not logged.
        expect(events.some((event) => event.kind === 'probe' && event.name === 'commit')).toBe(false);
        const at = logged()[0]?.at ?? 0;
        expect(Math.abs(cluster.clock.now() - at)).toBeLessThan(5_000);
      });

      check('that break their own rules report a crash and end', async () => {
        const connection = cluster.connect(c);
        const error = await connection.request({ f: 'break', key: 'rule 7' }, 1_500).catch((thrown: unknown) => thrown);
        connection.close();
        expect(error).toMatchObject({ name: 'NoAnswer', sent: true });
        const crash = await eventually(
          () => Promise.resolve(events.find((event) => event.node === c && event.kind === 'crash')),
          (found) => found !== undefined,
        );
        expect(JSON.stringify(crash)).toContain('rule 7');
        await eventually(
          () => Promise.resolve(events.findLast((event) => event.node === c)),
          (last) => last?.kind === 'exit',
        );
        await cluster.faults.start(c);
        expect(await value(c, 'answer-twice')).toBe('first');
      });
    });

    describe('clocks', () => {
      type Clocks = { readonly wall: number; readonly monotonic: number };
      const clocks = async (node: NodeId) => (await value(node, 'clocks')) as unknown as Clocks;

      check('jump on the wall and nowhere else', async () => {
        // Taken first, so that whatever delays the answers is in what has passed.
        const at = cluster.clock.now();
        const before = await clocks(a);
        await cluster.faults.skew(a, { offsetMs: 60_000, rate: 1 });
        const after = await clocks(a);
        const passed = cluster.clock.now() - at;
        expect(after.wall - before.wall).toBeGreaterThanOrEqual(60_000);
        expect(after.wall - before.wall).toBeLessThan(60_000 + passed + 500);
        expect(after.monotonic - before.monotonic).toBeLessThan(passed + 500);
        expect((await observation(a)).skewMs).toBeCloseTo(60_000, -1);
        expect((await observation(b)).skewMs).toBeCloseTo(0, -1);
        await cluster.faults.skew(a, { offsetMs: 0, rate: 1 });
        expect((await observation(a)).skewMs).toBeCloseTo(0, -1);
      });

      check('run at another rate, and the timers with them, if they can', async () => {
        const { timers } = cluster.faults;
        if (timers === undefined) return;
        await timers(a, 2);
        const before = await clocks(a);
        await value(a, 'set-timer', 'twice as fast', 1_000);
        await cluster.clock.sleep(600);
        const after = await clocks(a);
        expect(await value(a, 'fired')).toContain('twice as fast');
        expect(after.monotonic - before.monotonic).toBeGreaterThan(1.5 * (after.wall - before.wall));
        await timers(a, 1);
      });

      check('drift at their rate, and keep drifting through a restart', async () => {
        await cluster.faults.skew(a, { offsetMs: -1_000, rate: 3 });
        await cluster.clock.sleep(500);
        const drifted = (await observation(a)).skewMs;
        expect(drifted).toBeGreaterThan(-1_000 + 2 * 450);
        await restart(a);
        expect((await observation(a)).skewMs).toBeGreaterThan(drifted);
        await cluster.faults.skew(a, { offsetMs: 0, rate: 1 });
      });
    });

    describe('networks', () => {
      const allHear = async (): Promise<boolean> => {
        const seen = await Promise.all(nodes.map((node) => cluster.faults.observe(node)));
        return seen.every((each) => each !== null && Object.values(each.heardMs).every((ms) => ms < silentMs));
      };

      check('let everybody hear everybody', async () => {
        await eventually(allHear, (hear) => hear);
        const { heardMs, rttMs } = await observation(a);
        expect(Object.keys(heardMs).toSorted()).toEqual([b, c]);
        await eventually(
          async () => (await observation(a)).rttMs,
          (rtts) => rtts[b] !== undefined && rtts[c] !== undefined,
        );
        expect(Object.values(rttMs).every((ms) => ms >= 0 && ms < 1_000)).toBe(true);
      });

      check('are silent on cut edges both ways, elsewhere not, and speak again when healed', async () => {
        await eventually(allHear, (hear) => hear);
        await cluster.faults.cut([[a, b], [b, a]]); // prettier-ignore
        await value(a, 'send', b, 'during the cut');
        await cluster.clock.sleep(1_500);
        expect(await heard(b, a)).toBeGreaterThan(1_000);
        expect(await heard(a, b)).toBeGreaterThan(1_000);
        expect(await heard(c, a)).toBeLessThan(silentMs);
        expect(await heard(c, b)).toBeLessThan(silentMs);
        expect(await heard(a, c)).toBeLessThan(silentMs);
        expect(await inboxOf(b, 'during the cut')).toEqual([]);
        // The line of clients is none of the nodes' edges.
        expect(await value(b, 'answer-twice')).toBe('first');
        const dropped = await cluster.faults.dropped();
        if (dropped !== null) expect(dropped).toBeGreaterThan(0);

        await cluster.faults.cut([]);
        await eventually(allHear, (hear) => hear, 3_000);
        await value(a, 'send', b, 'after healing');
        await eventually(
          () => inboxOf(b, 'after healing'),
          (inbox) => inbox.length > 0,
          3_000,
        );
      });

      check('can be cut one way', async () => {
        await eventually(allHear, (hear) => hear);
        await cluster.faults.cut([[a, b]]);
        await cluster.clock.sleep(700);
        expect(await heard(b, a)).toBeGreaterThan(500);
        expect(await heard(c, a)).toBeLessThan(silentMs);
        expect(await heard(c, b)).toBeLessThan(silentMs);
        await cluster.faults.cut([]);
        await eventually(allHear, (hear) => hear, 4_000);
      });

      check('have exactly the cuts last asked for', async () => {
        await eventually(allHear, (hear) => hear);
        await cluster.faults.cut([[a, b], [b, a]]); // prettier-ignore
        await cluster.faults.cut([[b, c], [c, b]]); // prettier-ignore
        await cluster.clock.sleep(1_500);
        expect(await heard(c, b)).toBeGreaterThan(1_000);
        expect(await heard(b, a)).toBeLessThan(silentMs);
        await cluster.faults.cut([]);
        await cluster.faults.cut([]);
        await eventually(allHear, (hear) => hear, 4_000);
      });

      check('stay cut while a node restarts', async () => {
        await cluster.faults.cut([[a, b], [b, a]]); // prettier-ignore
        await restart(b);
        await cluster.clock.sleep(1_200);
        expect(await heard(b, a)).toBeGreaterThan(1_000);
        expect(await heard(a, b)).toBeGreaterThan(1_000);
        await cluster.faults.cut([]);
        await eventually(allHear, (hear) => hear, 4_000);
      });

      check('lose everything where all is to be lost, if they can lose', async () => {
        if (cluster.faults.capabilities.loss !== true) return;
        await eventually(allHear, (hear) => hear);
        await cluster.faults.shape([{ edges: [[a, c], [c, a]], loss: 1 }]); // prettier-ignore
        await cluster.clock.sleep(1_500);
        expect(await heard(c, a)).toBeGreaterThan(1_000);
        expect(await heard(b, a)).toBeLessThan(silentMs);
        await cluster.faults.shape([]);
        await eventually(allHear, (hear) => hear, 4_000);
      });

      check('deliver twice what is doubled, if they can double', async () => {
        if (cluster.faults.capabilities.duplicate !== true) return;
        await eventually(allHear, (hear) => hear);
        await cluster.faults.shape([{ edges: [[a, b]], duplicate: 1 }]);
        await value(a, 'send', b, 'doubled');
        await eventually(
          () => inboxOf(b, 'doubled'),
          (inbox) => inbox.length === 2,
        );
        await cluster.faults.shape([]);
      });

      check('let messages wait where they are clogged and come in order afterwards, if they can clog', async () => {
        const { clog } = cluster.faults;
        if (clog === undefined) return;
        await eventually(allHear, (hear) => hear);
        await clog([[a, b]]);
        const said = [1, 2, 3, 4, 5].map((i) => `clogged ${i}`);
        for (const payload of said) await value(a, 'send', b, payload);
        await cluster.clock.sleep(700);
        expect(await inboxOf(b, 'clogged')).toEqual([]);
        expect(await heard(b, a)).toBeGreaterThan(silentMs);
        await clog([]);
        const inbox = await eventually(
          () => inboxOf(b, 'clogged'),
          (found) => found.length === said.length,
        );
        expect(inbox.map((each) => (each as readonly Json[])[1])).toEqual(said);
      });

      check('are slower where there is delay, if they can delay', async () => {
        if (cluster.faults.capabilities.delay !== true) return;
        await eventually(allHear, (hear) => hear);
        await cluster.faults.shape([{ edges: [[a, b]], delayMs: 80 }]);
        await cluster.clock.sleep(600);
        const { rttMs } = await observation(a);
        expect(rttMs[b]).toBeGreaterThanOrEqual(79);
        expect(rttMs[c]).toBeLessThan(79);
        await cluster.faults.shape([]);
        await eventually(allHear, (hear) => hear, 4_000);
      });
    });

    describe('disks with damage', () => {
      check('keep the node that restarts down for good, if they can be damaged', async () => {
        const { damage } = cluster.faults;
        if (damage === undefined) return;
        for (const record of ['one', 'two', 'three']) {
          await value(c, 'write', '-', [['append', 'damaged', record]]);
          await value(c, 'sync');
        }
        expect(await damage(c, { kind: 'bit-flip', place: 0.5 })).toBe(true);
        expect(await value(c, 'answer-twice')).toBe('first');
        await cluster.faults.kill(c);
        await expect(cluster.faults.start(c)).rejects.toThrow(RefusedToStart);
        expect(await cluster.faults.observe(c)).toBeNull();
        expect(await value(a, 'answer-twice')).toBe('first');
      });
    });
  });
}
