/** Finds the Docker engine, says what kind it is, and turns what it complains about into one line for a person. */

import { existsSync } from 'node:fs';
import { arch, homedir, platform, release } from 'node:os';
import { join } from 'node:path';

import Docker from 'dockerode';

import { messageOf, RunError } from '../../errors.ts';

/** An engine that answers, and what follows from where it runs. */
export interface Engine {
  readonly docker: Docker;
  /** Its networks are this machine's own: nodes are reached at their addresses, and `nft` here sees their bridge. */
  readonly sameKernel: boolean;
  /** Why nodes are reached through ports published on 127.0.0.1; null where their addresses are reachable. */
  readonly published: string | null;
  /** A program of this machine runs in its containers. */
  readonly runsOurPrograms: boolean;
}

/** What of the environment matters. */
export type Environment = Readonly<Record<string, string | undefined>>;

const answersWithinMs = 5_000;

/** Where the engine is, as far as the environment and the file system tell. `remote` says why it can't be used. */
export interface Place {
  readonly name: string;
  readonly socketPath: string | null;
  readonly remote: string | null;
}

/** `DOCKER_HOST`, else the first socket that exists: the system's, Docker Desktop's, the user's own engine's. */
export function placeOf(environment: Environment, exists: (path: string) => boolean = existsSync): Place {
  const asked = environment['DOCKER_HOST'] ?? '';
  if (asked !== '') {
    if (/^(unix|npipe):\/\//.test(asked)) {
      return { name: asked, socketPath: asked.replace(/^\w+:\/\//, ''), remote: null };
    }
    const host = /^(?:\w+:\/\/)?(\[[^\]]*\]|[^:/]*)/.exec(asked)?.[1] ?? '';
    const here = !asked.startsWith('ssh:') && /^(localhost|127\.[\d.]+|\[::1\])$/.test(host);
    return { name: asked, socketPath: null, remote: here ? null : 'its containers run on another machine' };
  }
  if (platform() === 'win32') return { name: 'docker_engine', socketPath: '//./pipe/docker_engine', remote: null };
  const runtime = environment['XDG_RUNTIME_DIR'] ?? '';
  const candidates = [
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
    ...(runtime === '' ? [] : [join(runtime, 'docker.sock')]),
  ];
  const socketPath = candidates.find(exists) ?? '/var/run/docker.sock';
  return { name: socketPath, socketPath, remote: null };
}

/** What the engine says of itself, of `docker info`. */
export interface EngineInfo {
  readonly OSType?: string;
  readonly OperatingSystem?: string;
  readonly KernelVersion?: string;
  readonly Architecture?: string;
  readonly SecurityOptions?: readonly string[];
}

/** What follows from `info` for a machine of this kind. */
export function traitsOf(
  info: EngineInfo,
  machine: { readonly platform: string; readonly kernel: string; readonly architecture: string },
  forcePublish: boolean,
): Omit<Engine, 'docker'> {
  const names: Readonly<Record<string, string>> = { x86_64: 'x64', aarch64: 'arm64', amd64: 'x64' };
  const desktop = info.OperatingSystem?.includes('Docker Desktop') ?? false;
  const rootless = info.SecurityOptions?.some((option) => option.includes('rootless')) ?? false;
  const linux = machine.platform === 'linux';
  const sameKernel = linux && !desktop && !rootless && info.KernelVersion === machine.kernel;
  let published: string | null = null;
  if (!linux) published = `the engine's networks are not ${machine.platform}'s`;
  else if (desktop) published = 'Docker Desktop runs in a virtual machine';
  else if (rootless) published = 'the engine runs without root, in a network of its own';
  else if (!sameKernel) published = 'the engine runs on another kernel';
  else if (forcePublish) published = 'CLEW_DOCKER_PUBLISH=1';
  const engineArchitecture = info.Architecture ?? '';
  const runsOurPrograms = linux && (names[engineArchitecture] ?? engineArchitecture) === machine.architecture;
  return { sameKernel, published, runsOurPrograms };
}

/** Connects to the engine. A RunError that says what to do when none answers or it can't be used. */
export async function openEngine(environment: Environment = process.env): Promise<Engine> {
  const place = placeOf(environment);
  if (place.remote !== null) {
    throw new RunError(
      `can't use the Docker engine at ${place.name}: ${place.remote}; unset DOCKER_HOST to use one here`,
    );
  }
  let info: EngineInfo;
  let docker: Docker;
  try {
    docker = place.socketPath === null ? new Docker() : new Docker({ socketPath: place.socketPath });
    info = await answer(docker.info() as Promise<EngineInfo>);
  } catch (error) {
    throw new RunError(explain(place.name, error));
  }
  if (info.OSType !== 'linux') {
    throw new RunError(
      `the Docker engine at ${place.name} runs ${info.OSType ?? 'unknown'} containers; switch it to Linux`,
    );
  }
  const machine = { platform: platform(), kernel: release(), architecture: arch() };
  return { docker, ...traitsOf(info, machine, environment['CLEW_DOCKER_PUBLISH'] === '1') };
}

function answer<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`it did not answer within ${answersWithinMs / 1000} s`));
    }, answersWithinMs);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

/** Why nobody answers at `place`, and what to do about it. */
export function explain(place: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return `no Docker engine answers at ${place}: start it, or name another with DOCKER_HOST`;
    case 'EACCES':
    case 'EPERM':
      return `no permission for the Docker engine at ${place}: add yourself to the group docker (sudo usermod -aG docker "$USER") and log in again`;
    default:
      return `the Docker engine at ${place} can't be used: ${complaintOf(error)}`;
  }
}

/** The HTTP status that the engine answered with, if this is an answer of it. */
export function statusOf(error: unknown): number | null {
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

/** What the engine said, without the HTTP around it. */
export function complaintOf(error: unknown): string {
  const json = (error as { readonly json?: { readonly message?: unknown } } | null)?.json;
  const text = typeof json?.message === 'string' ? json.message : messageOf(error);
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Waits for the engine; its complaint becomes `what: complaint`. */
export async function engineDoes<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(`docker: ${what}: ${complaintOf(error)}`);
  }
}

/** Waits for the engine; these HTTP statuses mean that there was nothing to do. */
export async function unless(statuses: readonly number[], work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  }
}
