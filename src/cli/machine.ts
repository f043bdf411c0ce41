/** What this machine has of what Clew can use: found out by trying, without changing anything that lasts. */

import { execa } from 'execa';
import { messageOf } from '../errors.ts';

/** One thing that is there or not. */
export interface Finding {
  readonly name: string;
  /** Which one and what it can do, or why it is not there. */
  readonly there: boolean;
  readonly detail: string;
  /** What it is for. */
  readonly neededFor: string;
  /** What to do when it is missing. */
  readonly get: string;
}

interface Answer {
  readonly ok: boolean;
  /** Everything that it printed, in one line. */
  readonly text: string;
}

/** Runs a program to its end and never throws. */
export type Run = (command: string, ...words: readonly string[]) => Promise<Answer>;

export const runProgram: Run = async (command, ...words) => {
  const result = await execa(command, words, { reject: false, timeout: 5_000, stdin: 'ignore', all: true });
  if (result.code === 'ENOENT') return { ok: false, text: 'not installed, or not in PATH' };
  const text = result.all.trim().replaceAll(/\s*\n\s*/g, '; ');
  return { ok: !result.failed, text: text === '' && result.failed ? (result.shortMessage ?? '') : text };
};

const apt = (packages: string): string => `Debian, Ubuntu: apt install ${packages}`;

/** Tries `script` in a network namespace of its own, which goes away with it. */
function inNamespace(run: Run, root: boolean, script: string): Promise<Answer> {
  return run('unshare', root ? '-n' : '-Urn', 'sh', '-c', script);
}

async function tool(
  run: Run,
  name: string,
  words: readonly string[],
  neededFor: string,
  get: string,
): Promise<Finding> {
  const { ok, text } = await run(name, ...words);
  return { name, there: ok, detail: text, neededFor, get };
}

async function docker(): Promise<Finding> {
  const { clusterSupport } = await import('../runner/select-cluster.ts');
  const support = await clusterSupport('docker');
  const about = { name: 'docker', neededFor: 'the docker cluster: real nodes in containers', get: apt('docker.io') };
  if (support !== true) return { ...about, there: false, detail: support };
  try {
    const { default: Docker } = await import('dockerode');
    const { Version, ApiVersion, Os, Arch } = await new Docker().version();
    return { ...about, there: true, detail: `engine ${Version}, API ${ApiVersion}, ${Os}/${Arch}` };
  } catch (thrown) {
    return { ...about, there: false, detail: messageOf(thrown) };
  }
}

async function netns(root: boolean): Promise<Finding> {
  const { clusterSupport } = await import('../runner/select-cluster.ts');
  const support = await clusterSupport('netns');
  return {
    name: 'netns',
    there: support === true,
    detail: support === true ? (root ? 'as root' : 'rootless, by user namespaces') : support,
    neededFor: 'the netns cluster: real nodes as processes in network namespaces',
    get: 'Linux, with unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0) or as root',
  };
}

async function chromium(run: Run): Promise<Finding> {
  const names = [process.env['CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'];
  const about = {
    name: 'chromium',
    neededFor: 'npm run test:browser; reports need no browser to be made',
    get: apt('chromium'),
  };
  for (const name of names) {
    if (name === undefined || name === '') continue;
    const { ok, text } = await run(name, '--version');
    if (ok) return { ...about, there: true, detail: text };
  }
  return { ...about, there: false, detail: 'not installed, or not in PATH (CHROMIUM may name one)' };
}

/** Tools draw arrows below what they could not do; the sentence comes first. */
const firstOf = (text: string): string => text.split('; ')[0] ?? text;

/** Looks at everything. `run` starts programs; `root` is whether this process may do anything. */
export async function inspect(run: Run, root: boolean): Promise<readonly Finding[]> {
  const tc = 'tc qdisc add dev lo root netem delay 1ms';
  const base = 'nft "add table inet t; add chain inet t c { type filter hook input priority 0; }';
  const queue = `${base}; add rule inet t c queue num 0 bypass" || iptables -A INPUT -j NFQUEUE --queue-num 0`;
  const table = 'nft "add table bridge t; add chain bridge t c { type filter hook forward priority 0; }"';
  const [kernel, nftables, netem, nfqueue, ...rest] = await Promise.all([
    run('uname', '-sr'),
    inNamespace(run, root, `nft --version && ${table}`),
    inNamespace(run, root, tc),
    inNamespace(run, root, queue),
    docker(),
    netns(root),
    tool(run, 'ip', ['-V'], 'the netns cluster', apt('iproute2')),
    tool(run, 'unshare', ['--version'], 'the netns cluster', apt('util-linux')),
    chromium(run),
  ]);
  const [engine, namespaces, ip, unshare, browser] = rest;
  return [
    {
      name: 'node',
      there: Number(process.versions.node.split('.')[0]) >= 24,
      detail: `${process.version} at ${process.execPath}`,
      neededFor: 'everything; 24 or newer',
      get: 'npm ci in a checkout brings its own',
    },
    { name: 'kernel', there: kernel.ok, detail: kernel.text, neededFor: 'netns wants Linux', get: '' },
    engine,
    namespaces,
    ip,
    unshare,
    {
      name: 'nft',
      there: nftables.ok,
      detail: nftables.text,
      neededFor: 'packet loss, and partitions in one step; without it netns cuts links by ip alone',
      get: apt('nftables'),
    },
    {
      name: 'netem',
      there: netem.ok,
      detail: netem.ok ? 'in this kernel' : firstOf(netem.text),
      neededFor: 'latency between nodes of real clusters',
      get: 'a kernel with sch_netem (modprobe sch_netem), and tc of iproute2',
    },
    {
      name: 'NFQUEUE',
      there: nfqueue.ok,
      detail: nfqueue.ok ? 'in this kernel' : firstOf(nfqueue.text),
      neededFor: 'latency in user space where netem is missing; this version uses netem alone',
      get: 'a kernel with nfnetlink_queue (modprobe nfnetlink_queue)',
    },
    browser,
  ];
}
