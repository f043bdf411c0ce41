/** Which files a program of this machine needs to run in an empty root directory. */

import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';

/**
 * The shared libraries of programs and the loader that `ldd` finds: for each path that the program looks at, the file
 * that is there. Empty for a static program.
 */
export async function librariesOf(programs: readonly string[]): Promise<Map<string, string>> {
  const paths = new Set((await Promise.all(programs.map(ldd))).flatMap(parseLdd));
  return new Map(await Promise.all([...paths].map(async (path) => [path, await realpath(path)] as const)));
}

/** The absolute paths in what `ldd` prints: `name => path (address)`, or `path (address)` for the loader. */
export function parseLdd(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.replace(/\(0x[0-9a-f]+\)\s*$/, '').split('=>');
    return [left.trim(), right.trim()].filter((path) => path.startsWith('/'));
  });
}

function ldd(program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('ldd', [program], { env: { ...process.env, LC_ALL: 'C' } }, (error, stdout, stderr) => {
      const isStatic = /not a dynamic executable|statically linked|Not a valid dynamic program/;
      if (error === null || isStatic.test(stdout + stderr)) resolve(stdout);
      else reject(new Error(`ldd ${program}: ${stderr.trim() || error.message}`));
    });
  });
}
