/** Starts the Chromium of this machine. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `$CHROMIUM`, or the first that is found in the `PATH` of `env`. Throws an error that says how to get one. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string {
  const { CHROMIUM: chosen, PATH: path = '' } = env;
  if (chosen !== undefined && chosen !== '') {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`CHROMIUM is ${chosen}, and that is no program; give the path of Chromium or Chrome`);
  }
  const found = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const first = found.find(isExecutable);
  if (first === undefined) {
    throw new Error(`no Chromium in PATH: install it (apt-get install chromium), or set CHROMIUM to its path`);
  }
  return first;
}

/** Without a screen, and without asking the network for anything of its own. The user data directory is new and empty. */
export function launchChromium(): Promise<Browser> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath: findChromium(process.env), args: [...args, ...quiet] });
}
