/** What this machine offers for cutting and delaying, found out before anything is started. */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { simulatedOnly, type Capabilities } from '../faults.ts';
import { features, toolEnvironment } from '../namespaces.ts';
import type { Environment } from './engine.ts';

/** How nftables scripts get to the bridge. */
export type NftMeans =
  | { readonly kind: 'host'; readonly nftPath: string | null; readonly image: string | null }
  | { readonly kind: 'sidecar'; readonly nftPath: string | null; readonly image: string | null }
  | { readonly kind: 'none'; readonly why: string };

/** What `nftMeans` looks at. */
export interface MeansInput {
  readonly platform: string;
  readonly root: boolean;
  readonly nftPath: string | null;
  /** Whether nftables works for bridges, or why not; null where nothing could be tried out. */
  readonly nftWorks: true | string | null;
}

/** Honours CLEW_SIDECAR_IMAGE and CLEW_DOCKER_SIDECAR=1. */
export function nftMeans(environment: Environment, input = look()): NftMeans {
  const { platform, root, nftPath, nftWorks } = input;
  const asked = environment['CLEW_SIDECAR_IMAGE'] ?? '';
  const image = asked === '' ? null : asked;
  if (image !== null) return { kind: 'sidecar', nftPath, image };
  if (platform !== 'linux') {
    return { kind: 'none', why: `on ${platform} it needs CLEW_SIDECAR_IMAGE to name an image that has sh and nft` };
  }
  if (nftPath === null) {
    return {
      kind: 'none',
      why: 'it needs nft (package nftables), or CLEW_SIDECAR_IMAGE to name an image with sh and nft',
    };
  }
  if (nftWorks !== true && nftWorks !== null) {
    return { kind: 'none', why: `it needs nftables in the bridge family: ${nftWorks}` };
  }
  const forced = environment['CLEW_DOCKER_SIDECAR'] === '1';
  return { kind: root && !forced ? 'host' : 'sidecar', nftPath, image };
}

export function dockerCapabilities(means: NftMeans, delay: true | string = delaySupport(means)): Capabilities {
  const cut = means.kind === 'none' ? means.why : true;
  return { ...simulatedOnly, cut, loss: cut, delay, kill: true, pause: true, clock: true };
}

function look(): MeansInput {
  const linux = process.platform === 'linux';
  const tried = linux ? features() : null;
  const nftPath = linux ? findTool('nft') : null;
  return {
    platform: process.platform,
    root: process.getuid?.() === 0,
    nftPath,
    // Where namespaces are forbidden nothing can be tried, and the sidecar may still do it.
    nftWorks: tried?.network === true ? tried.nft : null,
  };
}

/** Delays are set inside the containers' network namespaces, which only root on the same machine can enter. */
function delaySupport(means: NftMeans): true | string {
  if (process.platform !== 'linux') return `the kernel of the engine can't be reached from ${process.platform}`;
  const { delay } = features();
  if (delay !== true) return delay;
  return means.kind === 'host' ? true : "only root can enter the containers' networks to delay packets";
}

function findTool(name: string): string | null {
  const directories = (toolEnvironment()['PATH'] ?? '').split(delimiter);
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path)) ?? null;
}
