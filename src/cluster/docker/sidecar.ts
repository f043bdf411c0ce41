/**
 * `nft` in a container on the engine's own network, for those who are not root or whose engine runs elsewhere. It ends
 * with its input and thus with this process.
 */

import { once } from 'node:events';
import type { Duplex } from 'node:stream';

import { RunError } from '../../errors.ts';
import { engineDoes, type Engine } from './engine.ts';
import { imageOf, pull } from './image.ts';
import { converse, type Nft, nftScript } from './nft.ts';
import { unpack } from './output.ts';

const endsWithinMs = 2_000;

export interface SidecarOptions {
  readonly engine: Engine;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where `nft` is on this machine; null when it is not. */
  readonly nftPath: string | null;
  /** An image that has `sh` and `nft`, to be used instead of one that is made of this machine's. */
  readonly image: string | null;
  /** The table to remove at the end. */
  readonly table: string;
}

/** Resolves when the sidecar takes scripts. */
export async function startSidecar(options: SidecarOptions): Promise<Nft> {
  const { engine, name } = options;
  const container = await engineDoes(
    `creating the container ${name}`,
    engine.docker.createContainer({
      name,
      Image: await sidecarImage(options),
      Entrypoint: ['/bin/sh'],
      Cmd: ['-c', nftScript, 'sh', options.table],
      Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
      User: '0',
      Labels: { ...options.labels },
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: {
        NetworkMode: 'host',
        UsernsMode: 'host',
        CapDrop: ['ALL'],
        CapAdd: ['NET_ADMIN'],
        SecurityOpt: ['no-new-privileges'],
        AutoRemove: true,
        LogConfig: { Type: 'none', Config: {} },
      },
    }),
  );
  const stream = (await engineDoes(
    `talking to ${name}`,
    container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true }),
  )) as unknown as Duplex;
  stream.on('error', () => undefined);
  try {
    await engineDoes(`starting ${name}`, container.start() as Promise<unknown>);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  const ended = once(stream, 'close');
  return converse({
    name: `nft in the container ${name}`,
    write: (text) => void stream.write(text),
    async end() {
      stream.end();
      const timer = setTimeout(() => stream.destroy(), endsWithinMs);
      await ended;
      clearTimeout(timer);
    },
    destroy: () => stream.destroy(),
    onOutput: (listener) => void stream.on('data', unpack((_number, data) => listener(data.toString()))), // prettier-ignore
    onEnd: (listener) => void ended.then(listener),
  });
}

async function sidecarImage({ engine, image, nftPath }: SidecarOptions): Promise<string> {
  if (image !== null) {
    await pull(engine, image);
    return image;
  }
  if (nftPath === null || !engine.runsOurPrograms) {
    throw new RunError(
      'no nft for the container that cuts links; CLEW_SIDECAR_IMAGE can name an image with sh and nft',
    );
  }
  return imageOf(
    engine,
    'sidecar',
    new Map([
      ['/bin/sh', '/bin/sh'],
      ['/sbin/nft', nftPath],
    ]),
  );
}
