/** One node's container: its process is the container's first, and its disk is a volume that outlives the process. */

import { once } from 'node:events';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';

import { RunError } from '../../errors.ts';
import type { HostConfig } from '../../node/config.ts';
import { complaintOf, type Engine, engineDoes, unless } from './engine.ts';
import type { NodeImage } from './image.ts';
import { outputLines } from './output.ts';

export const apiPort = 7001;
/** Where a node's disk is in its container. */
export const dataDirectory = '/data';
/** Where the archive of `ContainerOptions.program` puts the program. */
export const programPath = '/clew/host.cjs';

const memoryBytesMax = 1024 ** 3;
const processesMax = 256;
const endsWithinMs = 10_000;

export interface ContainerOptions {
  readonly engine: Engine;
  readonly image: NodeImage;
  /** Of the container and of its volume. */
  readonly name: string;
  readonly hostname: string;
  readonly network: string;
  readonly address: string;
  /** The port of 127.0.0.1 that leads to the node's API; null publishes none. */
  readonly publishedPort: number | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: HostConfig;
  /** A tar archive of the program. */
  readonly program: Buffer;
  readonly onLine: (line: string) => void;
  /** The process is gone, after its last line; `how` is `code 0` or the name of the signal. */
  readonly onExit: (how: string) => void;
}

export interface Container {
  /** Starts the process, which must not run. Resolves when the engine has started it. */
  launch(): Promise<void>;
  /** SIGKILL; resolves when the process is gone and `onExit` was called. */
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** The number of the node's process on the engine's machine. */
  pid(): Promise<number>;
  /** Resolves when no process runs and all it printed has been heard. */
  ended(): Promise<void>;
}

/** Makes the container and its volume; nothing runs yet. */
export async function createContainer(options: ContainerOptions): Promise<Container> {
  const { engine, name, address, publishedPort } = options;
  const mac = macOf(address);
  const port = `${apiPort}/tcp`;
  const container = await engineDoes(
    `creating the container ${name}`,
    engine.docker.createContainer({
      name,
      Image: options.image.image,
      Hostname: options.hostname,
      Entrypoint: [options.image.node],
      Cmd: [programPath],
      Env: [`CLEW_NODE=${JSON.stringify(options.config)}`],
      Labels: { ...options.labels },
      StopSignal: 'SIGTERM',
      // Engines up to API 1.43 read it here, later ones in the endpoint. It stays through restarts, so that no node has
      // an outdated address of this one in its ARP cache.
      MacAddress: mac,
      ...(publishedPort === null ? {} : { ExposedPorts: { [port]: {} } }),
      HostConfig: {
        NetworkMode: options.network,
        Mounts: [
          {
            Type: 'volume',
            Source: name,
            Target: dataDirectory,
            VolumeOptions: {
              NoCopy: true,
              Labels: { ...options.labels },
              DriverConfig: { Name: 'local', Options: {} },
            },
          },
        ],
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Init: false,
        Memory: memoryBytesMax,
        MemorySwap: memoryBytesMax,
        PidsLimit: processesMax,
        // Its output is read as it comes; a second copy would only compete for the disk that is under test.
        LogConfig: { Type: 'none', Config: {} },
        ...(publishedPort === null
          ? {}
          : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: String(publishedPort) }] } }),
      },
      NetworkingConfig: {
        EndpointsConfig: { [options.network]: { IPAMConfig: { IPv4Address: address }, MacAddress: mac } },
      },
    }),
  );
  await engineDoes(`copying the program into ${name}`, container.putArchive(options.program, { path: '/' }));

  let ended: Promise<void> = Promise.resolve();
  let killed = false;

  /** Hears the process to its end. */
  const follow = async (stream: Duplex, started: Promise<void>): Promise<void> => {
    const output = outputLines(options.onLine);
    stream.on('data', output.write);
    stream.on('error', () => undefined);
    const closed = once(stream, 'close');
    await started;
    let how: string;
    try {
      const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
      await Promise.race([closed, patience()]);
      how = await howItEnded(code);
    } catch (error) {
      how = `lost: ${complaintOf(error)}`;
    }
    output.end();
    stream.destroy();
    options.onExit(how);
  };
  const howItEnded = async (code: number): Promise<string> => {
    const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
    if (signal === undefined) return `code ${code}`;
    if (signal !== 'SIGKILL' || killed) return signal;
    const { State } = await container.inspect();
    return State.OOMKilled ? 'SIGKILL, out of memory' : signal;
  };

  return {
    async launch() {
      killed = false;
      const stream = (await engineDoes(
        `listening to ${name}`,
        container.attach({ stream: true, stdout: true, stderr: true, hijack: true }),
      )) as unknown as Duplex;
      const started = engineDoes(`starting ${name}`, container.start() as Promise<unknown>).then(() => undefined);
      try {
        ended = follow(stream, started);
        ended.catch(() => undefined);
        await started;
      } catch (error) {
        stream.destroy();
        ended = Promise.resolve();
        throw error;
      }
    },
    async kill() {
      killed = true;
      // 409: it has just ended by itself.
      await engineDoes(`killing ${name}`, unless([409], container.kill({ signal: 'SIGKILL' })));
      await ended;
    },
    async pause() {
      await engineDoes(`pausing ${name}`, container.pause() as Promise<unknown>);
    },
    async resume() {
      await engineDoes(`resuming ${name}`, container.unpause() as Promise<unknown>);
    },
    async pid() {
      const { State } = await engineDoes(`looking at ${name}`, container.inspect());
      if (State.Pid === 0) throw new RunError(`${name} does not run`);
      return State.Pid;
    },
    ended: () => ended,
  };
}

/** An engine that lost the stream must not hold up the end of a run. */
function patience(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, endsWithinMs).unref();
  });
}

/** A locally administered address made of the IPv4 address, as Docker's own were before version 28. */
function macOf(address: string): string {
  return ['02', '42', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');
}
