/** Packs what a node's process runs into one file that needs nothing but Node.js. */

import { createHash } from 'node:crypto';
import { lstat, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, type BuildFailure } from 'esbuild';

import { messageOf, RunError, UsageError } from '../errors.ts';

/** A file ready to be run by Node.js; `hash` names its content. */
export interface Bundle {
  readonly path: string;
  readonly hash: string;
}

const here = fileURLToPath(import.meta.url);

/**
 * The host (`main.ts`) together with the system that `module` exports as `system`. `module` is an absolute path; the
 * file is kept in the user's cache under a name made of its content. A UsageError when the module can't be bundled.
 */
export async function bundleHost(module: string): Promise<Bundle> {
  const main = join(dirname(here), `main${extname(here)}`);
  return bundleScript(
    'host',
    `import { system } from ${JSON.stringify(module)};\nimport { runHost } from ${JSON.stringify(main)};\nrunHost(system);\n`,
  );
}

/** The same for any entry text; `name` is the beginning of the file's name. */
export async function bundleScript(name: string, entry: string): Promise<Bundle> {
  const text = await compile(name, entry);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const path = join(await cacheDirectory(), `${name}-${hash}.cjs`);
  if (!(await hasSize(path, Buffer.byteLength(text)))) {
    const draft = `${path}.${process.pid}.tmp`;
    await writeFile(draft, text);
    await rename(draft, path);
  }
  return { path, hash };
}

async function compile(name: string, entry: string): Promise<string> {
  try {
    const result = await build({
      stdin: { contents: entry, resolveDir: dirname(here), sourcefile: `${name}-entry.js`, loader: 'js' },
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      write: false,
      logLevel: 'silent',
    });
    return result.outputFiles[0]?.text ?? '';
  } catch (error) {
    const first = (error as Partial<BuildFailure>).errors?.[0];
    if (first === undefined) throw error;
    const place = first.location === null ? '' : `${first.location.file}:${first.location.line}: `;
    throw new UsageError(`can't bundle the system for its nodes: ${place}${first.text}`);
  }
}

/** Made for this user alone: others must not be able to put code there that this user then runs. */
async function cacheDirectory(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const xdg = process.env['XDG_CACHE_HOME'];
  const path = xdg !== undefined && xdg !== '' ? join(xdg, 'clew') : join(tmpdir(), `clew-cache-${uid}`);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new RunError(`can't make the cache directory ${path}: ${messageOf(error)}`);
  }
  const found = await lstat(path);
  const foreign = process.getuid !== undefined && found.uid !== uid;
  if (!found.isDirectory() || foreign || (process.getuid !== undefined && (found.mode & 0o022) !== 0)) {
    throw new RunError(`${path} is not a directory that only this user can write; remove it or set XDG_CACHE_HOME`);
  }
  return path;
}

async function hasSize(path: string, size: number): Promise<boolean> {
  try {
    return (await stat(path)).size === size;
  } catch {
    return false;
  }
}
