import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../reports/page.ts';
import { keepRun } from '../../src/fuzz/keep.ts';
import { subjectOf } from '../../src/fuzz/subject.ts';
import { silentObserver } from '../../src/runner/observer.ts';
import type { RunData } from '../../src/store/read.ts';
import { hostileRun } from '../reports/hostile-run.ts';
import { sampleRun } from '../reports/sample-run.ts';
import { leaderCompletenessPlan } from './plan.ts';
import { findChromium } from './chromium.ts';
import { opener } from './opening.ts';

const { open, directory } = opener();

const invalid: RunData = sampleRun({ stale: true });
let report = '';
beforeAll(async () => {
  report = await renderReport(invalid);
});

describe.each([true, false])('a report opened from disk, JavaScript %s', (javaScript) => {
  it('tells verdict, reason and how to run it again on the first screen', async () => {
    const { page, noise, requests } = await open(report, { javaScript });
    const bottomOf = async (selector: string): Promise<number> => {
      const box = await page.locator(selector).boundingBox();
      return (box?.y ?? Infinity) + (box?.height ?? Infinity);
    };
    expect(await page.locator('h1').innerText()).toMatch(/✗ Invalid/);
    expect(await page.locator('.reason').innerText()).toBe(invalid.results?.reason);
    expect(await page.locator('.again code').innerText()).toBe(invalid.test.command);
    for (const selector of ['h1', '.reason', '.again code']) expect(await bottomOf(selector)).toBeLessThan(900);
    expect(noise).toEqual([]);
    expect(requests).toEqual([]);
    await page.context().close();
  });

  it('shows the operation that has no place, in the picture without scrolling and in the table', async () => {
    const { page } = await open(report, { javaScript });
    // Once in the smallest history that fails, and once, folded away, among what happened around it.
    const bars = page.locator('.bar.failed');
    expect(await bars.count()).toBe(2);
    expect(await bars.last().isVisible()).toBe(false);
    const bar = bars.first();
    expect(await bar.locator('text').textContent()).toMatch(/^\s*✗ read → \d+\s*$/);
    const [inner, outer] = [await bar.boundingBox(), await page.locator('.rightmost').first().boundingBox()];
    expect(inner?.x).toBeGreaterThanOrEqual(outer?.x ?? Infinity);
    expect((inner?.x ?? Infinity) + (inner?.width ?? 0)).toBeLessThanOrEqual((outer?.x ?? 0) + (outer?.width ?? 0));

    const row = page.locator('tr.failed');
    expect(await row.isVisible()).toBe(false);
    await page.getByText('The same as a table').click();
    expect(await row.isVisible()).toBe(true);
    expect(await row.innerText()).toMatch(/read → \d+.*has no place in any order/s);
    await page.context().close();
  });

  it('draws its charts for the width of the screen, and is nowhere wider than it', async () => {
    for (const width of [1280, 400]) {
      const { page, noise } = await open(report, { javaScript, width });
      const charts = page.locator('.chart svg[role=img]');
      const visible = await Promise.all((await charts.all()).map((chart) => chart.isVisible()));
      expect(visible.filter(Boolean)).toHaveLength(4);
      expect(visible).toHaveLength(8);
      const box = await page.locator('body').boundingBox();
      const main = await page.locator('main').boundingBox();
      expect(box?.width).toBe(width);
      expect((main?.x ?? 0) + (main?.width ?? Infinity)).toBeLessThanOrEqual(width);
      expect(noise).toEqual([]);
      await page.context().close();
    }
  });
});

describe('the space-time diagram of a small run', () => {
  let directoryOfRun = '';
  let drawn = '';
  beforeAll(async () => {
    directoryOfRun = join(directory(), 'run');
    const plan = leaderCompletenessPlan();
    await keepRun(plan, await subjectOf(plan), { directory: directoryOfRun }, silentObserver);
    drawn = await readFile(join(directoryOfRun, 'report.html'), 'utf8');
  });

  it('has a lane for each client and node, arrows between them, and a line where it went wrong', async () => {
    const { page, noise, requests } = await open(drawn, { javaScript: false });
    const diagram = page.locator('.space-time');
    expect(await diagram.locator('.heads .name').allTextContents()).toEqual(['process 0', 'n1', 'n3', 'n5']);
    expect(await diagram.locator('.arrow.message').count()).toBeGreaterThan(20);
    expect(await diagram.locator('.arrow.request').count()).toBeGreaterThan(0);
    expect(await diagram.locator('.arrow.message.lost .cross').count()).toBeGreaterThan(3);
    const roles = await diagram.locator('.role.leader title').allTextContents();
    expect(roles.map((text) => text.replace(/, from.*/, ''))).toEqual([
      'n1: leader, term 2',
      'n1: leader, term 4',
      'n3: leader, term 1',
      'n3: leader, term 3',
    ]);
    expect(await diagram.locator('.trouble title').allTextContents()).toEqual([
      'cut n1 n5 | n3, 500.0 to 1,000.0 ms',
      'cut n1 | n3 n5, 1,000.0 to 1,430.0 ms',
      'cut n1 n5 | n3, 1,430.0 to 2,500.0 ms',
    ]);
    const line = await diagram.locator('.violated path.failure').boundingBox();
    const band = await diagram.locator('.role.leader').last().boundingBox();
    expect(line?.y).toBeGreaterThan(band?.y ?? Infinity);
    expect(await diagram.locator('figcaption').innerText()).toContain('n1 leads term 4 without entry 1 of term 1');
    expect(await page.locator('#messages').innerText()).toMatch(/[0-9]+ messages that repeat the one before/);
    expect([noise, requests]).toEqual([[], []]);
    await page.context().close();
  });

  it('has an arrow from the lane of its sender to that of its receiver, no steeper than time goes', async () => {
    const { page } = await open(drawn, { javaScript: true });
    const wrong = await page.evaluate(`(() => {
      const x = new Map([...document.querySelectorAll('.space-time .heads .name')].map((t) => [t.textContent.trim(), +t.getAttribute('x')]));
      return [...document.querySelectorAll('.space-time .arrow.delivered')].filter((arrow) => {
        const [, from, to] = /^(.+?) → (.+?) at/.exec(arrow.querySelector('title').textContent);
        const [x1, y1, x2, y2] = arrow.querySelector('path').getAttribute('d').match(/-?[0-9.]+/g).map(Number);
        return Math.abs(x1 - x.get(from)) > 14 || Math.abs(x2 - x.get(to)) > 14 || y2 < y1;
      }).length;
    })()`);
    expect(wrong).toBe(0);
    await page.context().close();
  });

  it('scrolls in a box of its own on a phone, which the keyboard reaches, with the names in sight', async () => {
    const { page, noise } = await open(drawn, { javaScript: true, width: 400 });
    const box = page.locator('.space-time .box');
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBe(400);
    await box.focus();
    const focused = await page.evaluate('document.activeElement.className');
    expect(focused).toContain('box');
    const before = await page.locator('.space-time .heads').boundingBox();
    await page.evaluate(`document.querySelector('.space-time .box').scrollTo(120, 400)`);
    const after = await page.locator('.space-time .heads').boundingBox();
    expect(after?.y).toBe(before?.y);
    expect(after?.x).toBe((before?.x ?? 0) - 120);
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it('is led to its end by a link, with what came before in sight', async () => {
    for (const width of [1280, 400]) {
      const { page } = await open(drawn, { javaScript: true, width });
      await page.getByText('Go to where it went wrong').click();
      const line = await page.locator('.violated path.failure').boundingBox();
      expect(line?.y).toBeGreaterThan(450);
      expect(line?.y).toBeLessThan(890);
      await page.context().close();
    }
  });

  it('is as wide as the paper in print', async () => {
    const { page } = await open(drawn, { javaScript: true, width: 700 });
    await page.emulateMedia({ media: 'print' });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(700);
    const height = await page.evaluate(
      `[...document.querySelectorAll('.space-time .box')].map((b) => b.scrollHeight - b.clientHeight)[0]`,
    );
    expect(height).toBeLessThanOrEqual(1);
  });
});

describe('the look of a report', () => {
  const colourOf = (page: Page, selector: string, property: string): Promise<unknown> =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`);

  it('follows the reader’s preference: its own policy lets its style sheet in', async () => {
    const light = await open(report, { javaScript: true });
    const dark = await open(report, { javaScript: true, dark: true });
    const backgrounds = await Promise.all(
      [light, dark].map(({ page }) => colourOf(page, '.banner', 'background-color')),
    );
    expect(backgrounds).toEqual(['rgb(252, 235, 232)', 'rgb(52, 26, 24)']);
    const dots = '.chart .wide path[stroke-linecap=round]';
    const strokes = await Promise.all([light, dark].map(({ page }) => colourOf(page, dots, 'stroke')));
    expect(strokes).toEqual(['rgb(43, 108, 176)', 'rgb(108, 176, 245)']);
  });

  it('is the whole page in print, with what is folded on the screen', async () => {
    const { page } = await open(report, { javaScript: true });
    await page.emulateMedia({ media: 'print' });
    const height = await page.evaluate(`document.querySelector('tr.failed').getBoundingClientRect().height`);
    expect(height).toBeGreaterThan(5);
  });
});

describe('hostile values', () => {
  it('run nothing and fetch nothing', async () => {
    const { page, noise, requests } = await open(await renderReport(hostileRun()), { javaScript: true });
    expect(await page.locator('h1').innerText()).toMatch(/Invalid/);
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await page.locator('.reason').innerText()).toContain("<script>hacked('reason')</script>");
    expect([noise, requests]).toEqual([[], []]);
  });

  it('run nothing even where nothing but escaping stands in their way', async () => {
    const bare = (await renderReport(hostileRun())).replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
    expect(bare).not.toContain('Content-Security-Policy');
    const { noise, requests } = await open(bare, { javaScript: true });
    expect([noise, requests]).toEqual([[], []]);
    const proof = await open(`${bare}<script>hacked('the proof that it would show')</script>`, { javaScript: true });
    expect(proof.noise).toEqual(['hacked through the proof that it would show']);
  });

  it('would be stopped by the policy as well', async () => {
    const planted = (await renderReport(hostileRun())).replace('</h1>', `</h1><script>hacked('h1')</script>`);
    const { noise } = await open(planted, { javaScript: true });
    expect(noise.join()).toMatch(/Content Security Policy/);
    expect(noise.join()).not.toMatch(/hacked through/);
  });
});

describe('a machine without Chromium', () => {
  it('is told what to do', () => {
    expect(() => findChromium({ PATH: '/nowhere' })).toThrow(/no Chromium in PATH: install it .* or set CHROMIUM/);
    expect(() => findChromium({ CHROMIUM: '/nowhere' })).toThrow(/CHROMIUM is \/nowhere, and that is no program/);
  });
});
