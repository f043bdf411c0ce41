import { describe, expect, test } from 'vitest';

import { nodeDelay } from '../../src/cluster/docker/delay.ts';
import { parseLdd } from '../../src/cluster/docker/libraries.ts';
import { dockerCapabilities, type MeansInput, nftMeans } from '../../src/cluster/docker/means.ts';

describe('the way to the bridge', () => {
  const input: MeansInput = { platform: 'linux', root: true, nftPath: '/usr/sbin/nft', nftWorks: true };

  test.each([
    ['root has it here', {}, {}, 'host'],
    ['others need a sidecar', {}, { root: false }, 'sidecar'],
    ['root can be made to', { CLEW_DOCKER_SIDECAR: '1' }, {}, 'sidecar'],
    ['a named image comes first', { CLEW_SIDECAR_IMAGE: 'x' }, { nftPath: null, platform: 'darwin' }, 'sidecar'],
    ['where nothing can be tried, the sidecar may do it', {}, { root: false, nftWorks: null }, 'sidecar'],
  ] as const)('%s', (_what, environment, change, kind) => {
    expect(nftMeans(environment, { ...input, ...change }).kind).toBe(kind);
  });

  test.each([
    ['no nft', { nftPath: null }, /needs nft .package nftables/],
    ['no bridge family', { nftWorks: 'Operation not supported' }, /bridge family: Operation not supported/],
    ['not Linux', { platform: 'darwin' }, /on darwin it needs CLEW_SIDECAR_IMAGE/],
  ])('%s: neither cuts nor loss, and a reason', (_what, change, why) => {
    const capabilities = dockerCapabilities(nftMeans({}, { ...input, ...change }), 'no netem');
    expect(capabilities.cut).toMatch(why);
    expect(capabilities.loss).toMatch(why);
    expect(capabilities).toMatchObject({ kill: true, pause: true, clock: true, delay: 'no netem' });
  });
});

describe('delays of one node', () => {
  const addresses = { a: '10.0.0.2', b: '10.0.0.3', c: '10.0.0.4' };
  const rules = [{ edges: [['a', 'b'], ['b', 'a']] as const, delayMs: 50 }]; // prettier-ignore

  function recorded(pids: number[]) {
    const ran: { argv: string; input: string }[] = [];
    const delay = nodeDelay(
      'a',
      addresses,
      () => Promise.resolve(pids.shift() ?? 0),
      (argv, input) => {
        ran.push({ argv: argv.join(' '), input });
        return Promise.resolve('');
      },
    );
    return { delay, ran };
  }

  test('are set in its own network, for what it sends', async () => {
    const { delay, ran } = recorded([71]);
    await delay.set(rules);
    expect(ran.map(({ argv }) => argv)).toEqual(['nsenter --net=/proc/71/ns/net tc -batch -']);
    expect(ran[0]?.input).toContain('netem delay 50ms');
    expect(ran[0]?.input).toContain('ip dst 10.0.0.3/32');
    expect(ran[0]?.input).not.toContain('10.0.0.2');
  });

  test('that do not concern it are none of its business', async () => {
    const { delay, ran } = recorded([]);
    await delay.set([{ edges: [['b', 'c']], delayMs: 50 }]);
    expect(ran).toEqual([]);
  });

  test('are taken back once', async () => {
    const { delay, ran } = recorded([71, 71]);
    await delay.set(rules);
    await delay.set([]);
    await delay.set([]);
    expect(ran.map(({ input }) => input.trim())).toEqual([expect.any(String), 'qdisc del dev eth0 root']);
  });

  test('are set anew after a restart, where there is nothing to take back', async () => {
    const { delay, ran } = recorded([71, 72]);
    await delay.set(rules);
    await delay.renew(rules);
    expect(ran[1]?.argv).toContain('/proc/72/');
    expect(ran[1]?.input).toBe(ran[0]?.input);
  });
});

describe('the libraries of a program', () => {
  test('are the absolute paths that ldd prints, on either side', () => {
    const text = [
      '\tlinux-vdso.so.1 (0x00007fac9e252000)',
      '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007fac9df20000)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007fac9e254000)',
      '\t/lib64/ld-linux-x86-64.so.2 => /nix/store/abc/ld-linux-x86-64.so.2 (0x00007f)',
      '\tnot a dynamic executable',
    ].join('\n');
    expect(parseLdd(text)).toEqual([
      '/lib/x86_64-linux-gnu/libm.so.6',
      '/lib64/ld-linux-x86-64.so.2',
      '/lib64/ld-linux-x86-64.so.2',
      '/nix/store/abc/ld-linux-x86-64.so.2',
    ]);
  });
});
