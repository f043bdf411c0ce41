/** How to get into namespaces of our own, with or without root, and what the kernel lets us do there. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { cutScript, delayScript, lossScript } from './kernel-probes.ts';

/** What is possible inside; a text says why something is not. */
export interface Features {
  /** Namespaces, bridges and veth pairs: without these there is no cluster. */
  readonly network: true | string;
  /** Cuts with nftables' bridge family; otherwise neighbour entries do it. */
  readonly nft: true | string;
  readonly loss: true | string;
  readonly delay: true | string;
}

/** The directories of system tools, which an ordinary user's PATH may lack. */
const toolDirectories = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/bin', '/bin'];

/** The environment in which the tools are found. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const path = [process.env['PATH'] ?? '', ...toolDirectories].filter((part) => part !== '').join(delimiter);
  return { ...process.env, PATH: path };
}

/**
 * The command line that runs `script` with `sh` inside new network, mount and process namespaces, as root or as the
 * root of a new user namespace. The script finds a `/run/netns` of its own; its positional parameters are `args`. The
 * process namespace ends with the script, and the script with the `unshare` outside.
 */
export function insideNamespaces(script: string, ...args: readonly string[]): readonly [string, ...string[]] {
  const root = process.getuid?.() === 0;
  const prelude =
    'if [ -d /run/netns ]; then mount -t tmpfs clew /run/netns; else mount -t tmpfs clew /run && mkdir /run/netns; fi' +
    ' || exit 1\n';
  const flags = root ? ['-nm'] : ['-Urnm'];
  return ['unshare', ...flags, '-pf', '--kill-child', 'sh', '-c', prelude + script, 'sh', ...args];
}

let known: Features | null = null;

/** Tries things out in a throw-away namespace, once per process (about 40 ms). */
export function features(): Features {
  known ??= tryOut();
  return known;
}

function tryOut(): Features {
  if (process.platform !== 'linux') return nothing(`network namespaces need Linux, and this is ${process.platform}`);
  const environment = toolEnvironment();
  for (const tool of ['unshare', 'nsenter', 'ip', 'mount']) {
    const found = (environment['PATH'] ?? '').split(delimiter).some((directory) => existsSync(join(directory, tool)));
    if (!found) return nothing(`the program "${tool}" is not installed (packages iproute2 and util-linux)`);
  }
  const attempt = (name: string, script: string): string =>
    `if said=$( { ${script}\n} 2>&1 >/dev/null); then echo "${name} ok"; else echo "${name} no $(echo "$said" | tail -n 1)"; fi\n`;
  const script =
    attempt(
      'network',
      'ip link add b0 type bridge && ip netns add n0 && ip link add v0 type veth peer name eth0 netns n0',
    ) +
    attempt('nft', cutScript) +
    attempt('loss', lossScript) +
    attempt('delay', delayScript);
  const [command, ...args] = insideNamespaces(script);
  const result = spawnSync(command, args, { env: environment, encoding: 'utf8', timeout: 10_000 });
  if (result.error !== undefined) return nothing(`can't run unshare: ${result.error.message}`);
  const answer = (name: string): true | string => {
    const line = result.stdout.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    if (line === `${name} ok`) return true;
    const reasons = [line?.slice(name.length + 4).trim(), lastLine(result.stderr), result.error?.message];
    return reasons.find((reason) => reason !== undefined && reason !== '') ?? 'it was not allowed';
  };
  const network = answer('network');
  if (network !== true) return nothing(`can't make network namespaces here: ${network}`);
  const nft = answer('nft');
  const loss = answer('loss');
  const delay = answer('delay');
  return {
    network,
    nft,
    loss: nft !== true ? `needs nftables in the bridge family: ${nft}` : loss,
    delay: delay === true ? true : `needs the kernel's netem: ${delay}`,
  };
}

function nothing(reason: string): Features {
  return { network: reason, nft: reason, loss: reason, delay: reason };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
