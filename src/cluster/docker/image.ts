/**
 * Images from nothing: the running Node.js binary, or `sh` with `nft`, and the libraries they load. No registry, no
 * build. They are named after their content, kept from run to run, and removed by `cleanDocker({ images: true })`.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { pack, type Pack } from 'tar-stream';

import { RunError } from '../../errors.ts';
import { complaintOf, type Engine, engineDoes, statusOf } from './engine.ts';
import { librariesOf } from './libraries.ts';
import { imageLabel } from './owner.ts';

/** An image and where Node.js is in it. */
export interface NodeImage {
  readonly image: string;
  readonly node: string;
}

/** Where this machine's programs can't run in containers, an image with Node.js comes from the registry. */
const registryImage: NodeImage = { image: 'node:24-slim', node: '/usr/local/bin/node' };

/** The image that nodes run in; made when it is not there. */
export async function nodeImage(engine: Engine): Promise<NodeImage> {
  if (!engine.runsOurPrograms) {
    await pull(engine, registryImage.image);
    return registryImage;
  }
  return { image: await imageOf(engine, 'node', new Map([['/bin/node', process.execPath]])), node: '/bin/node' };
}

/** An image with these programs (path there -> file here) and their libraries; made when it is not there. */
export async function imageOf(
  engine: Engine,
  purpose: 'node' | 'sidecar',
  programs: ReadonlyMap<string, string>,
): Promise<string> {
  const files = new Map(await librariesOf([...programs.values()]));
  for (const [path, file] of programs) files.set(path, await realpath(file));
  const image = `clew-${purpose}:${await fingerprint(files)}`;
  if (await exists(engine, image)) return image;
  const [repo, tag] = image.split(':');
  const archive = pack();
  const sending = fill(archive, files);
  try {
    const progress = await engine.docker.importImage(Readable.from(archive), {
      repo,
      tag,
      changes: [`LABEL ${imageLabel}=${purpose}`],
    });
    await followed(engine, progress);
    await sending;
  } catch (error) {
    archive.destroy();
    await sending.catch(() => undefined);
    throw new RunError(`docker: import of the image ${image} failed: ${complaintOf(error)}`);
  }
  return image;
}

/** Pulls an image that is not there. */
export async function pull(engine: Engine, image: string): Promise<void> {
  if (await exists(engine, image)) return;
  await engineDoes(
    `pulling ${image}`,
    engine.docker.pull(image).then((progress) => followed(engine, progress)),
  );
}

async function exists(engine: Engine, image: string): Promise<boolean> {
  try {
    await engine.docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw new RunError(`docker: looking for the image ${image}: ${complaintOf(error)}`);
  }
}

/** Resolves when the engine has done what it reports on; rejects with its complaint. */
function followed(engine: Engine, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.docker.modem.followProgress(progress, (error, events: readonly { readonly error?: string }[] | null) => {
      const complaint = error?.message ?? events?.find((event) => event.error !== undefined)?.error;
      if (complaint === undefined) resolve();
      else reject(new Error(complaint));
    });
  });
}

async function fill(archive: Pack, files: ReadonlyMap<string, string>): Promise<void> {
  archive.entry({ name: 'tmp/', type: 'directory', mode: 0o1777 });
  for (const [path, file] of files) {
    const { size } = await stat(file);
    const entry = archive.entry({ name: path.slice(1), size, mode: 0o755 });
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), entry);
  }
  archive.finalize();
}

const sampleBytes = 64 * 1024;
const sampleEvery = 1024 * 1024;

/** Of paths, sizes and the first 64 KiB of every MiB: reading all of Node.js would take a third of a second each run. */
async function fingerprint(files: ReadonlyMap<string, string>): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(sampleBytes);
  for (const [path, file] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      hash.update(`${path} ${size}\n`);
      for (let position = 0; position < size; position += sampleEvery) {
        const { bytesRead } = await handle.read(buffer, 0, sampleBytes, position);
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }
  return hash.digest('hex').slice(0, 12);
}
