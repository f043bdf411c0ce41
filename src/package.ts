/** What package.json says of this program. */

import { existsSync, readFileSync } from 'node:fs';

/** The version in the nearest package.json above this file: one folder further up in the built package. */
export function packageVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    const url = new URL(path, import.meta.url);
    if (!existsSync(url)) continue;
    const { version } = JSON.parse(readFileSync(url, 'utf8')) as { readonly version: string };
    return version;
  }
  return 'unknown';
}
