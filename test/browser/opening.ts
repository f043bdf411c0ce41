/** Opens pages from disk in the Chromium of this machine, for the tests of one file. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from './chromium.ts';

export interface Opened {
  readonly page: Page;
  /** Console messages, exceptions and dialogs. */
  readonly noise: readonly string[];
  /** Everything that was asked for, besides the page itself. */
  readonly requests: readonly string[];
}

export interface Opening {
  readonly javaScript: boolean;
  readonly width?: number;
  readonly dark?: boolean;
}

export interface Opener {
  readonly open: (text: string, how: Opening) => Promise<Opened>;
  /** For files of the tests; goes with the browser. */
  readonly directory: () => string;
}

/** Starts the browser before the tests of the file that calls it, and ends it after them. */
export function opener(): Opener {
  let browser: Browser;
  let directory = '';
  let files = 0;
  beforeAll(async () => {
    browser = await launchChromium();
    directory = await mkdtemp(join(tmpdir(), 'clew-browser-'));
  });
  afterAll(async () => {
    await browser.close();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    directory: () => directory,
    async open(text, { javaScript, width = 1280, dark = false }) {
      const file = join(directory, `report-${String(files++)}.html`);
      await writeFile(file, text);
      const context = await browser.newContext({
        javaScriptEnabled: javaScript,
        viewport: { width, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
      });
      const page = await context.newPage();
      const noise: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => noise.push(message.text()));
      page.on('pageerror', (error) => noise.push(error.message));
      page.on('dialog', (dialog) => {
        noise.push(dialog.message());
        void dialog.dismiss();
      });
      const url = pathToFileURL(file).href;
      page.on('request', (request) => {
        if (request.url() !== url) requests.push(request.url());
      });
      if (javaScript) await page.addInitScript('globalThis.hacked = (where) => console.log("hacked through " + where)');
      await page.goto(url, { waitUntil: 'load' });
      return { page, noise, requests };
    },
  };
}
