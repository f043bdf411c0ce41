import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { checkSpectrum } from '../../checkers/spectrum/spectrum.ts';
import type { SpectrumModel } from '../../checkers/spectrum/lattice.ts';
import { renderHistoryReport } from '../../reports/page.ts';
import { columnsOf } from '../../src/history/columns-builder.ts';
import { r, sessions, w, type Step } from '../checkers/causal/cc-build.ts';
import { opener, type Opened } from './opening.ts';

const { open: openPage } = opener();

/** What `clew check --consistency <model> --report` writes, opened; `noise`: what the console says. */
async function open(model: SpectrumModel, lists: readonly (readonly Step[])[], width = 1280): Promise<Opened> {
  const history = sessions(...lists);
  const verdict = checkSpectrum(columnsOf(history), { only: [model] });
  const text = await renderHistoryReport({
    file: 'history.jsonl',
    format: 'clew',
    model: 'consistency',
    history,
    hasTimes: true,
    results: { valid: false, reason: 'it does not hold', checkers: { consistency: { ...verdict, valid: false } } },
    command: 'clew check history.jsonl',
    clew: '0.1.0',
    tookMs: {},
  });
  return openPage(text, { javaScript: true, width });
}

const stale = [
  [w('x', 1), w('x', 2)],
  [r('x', 2), w('x', 3), w('y', 7)],
  [r('x', 2), r('y', 7), r('x', 1)],
] as const;

/** Every session sees two writes in an order of its own, round in a circle. */
function circle(keys: number): readonly (readonly Step[])[] {
  return Array.from({ length: keys }, (_, i) => [
    [w(`k${i}`, `b${i}`), w(`k${(i + 1) % keys}`, `a${(i + 1) % keys}`)],
    [r(`k${i}`, `a${i}`), r(`k${i}`, `b${i}`)],
  ]).flat();
}

/** What was overwritten comes to be known over so many processes. */
function chain(length: number): readonly (readonly Step[])[] {
  return [
    [w('balance', 100), w('balance', 200), w('hop0', 0)],
    ...Array.from({ length }, (_, i) => [r(`hop${i}`, i), w(`hop${i + 1}`, i + 1)]),
    [r(`hop${length}`, length), r('balance', 100)],
  ];
}

const drawing = (page: Page): Locator => page.locator('figure.lanes').first();
const texts = async (all: Locator): Promise<readonly string[]> =>
  (await all.allTextContents()).map((text) => text.replaceAll(/\s+/g, ' ').trim());

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxes(all: Locator): Promise<readonly Box[]> {
  const found = await Promise.all((await all.all()).map((one) => one.boundingBox()));
  return found.filter((box) => box !== null);
}

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('a violation of a causal model in the report', () => {
  it('is drawn: a lane for each process, a bar for each operation with its key, and who learned what', async () => {
    const { page, noise } = await open('CC', stale);
    const figure = drawing(page);
    expect(await texts(figure.locator('.name'))).toEqual(['process 0', 'process 1', 'process 2']);
    expect(await figure.locator('.lane').count()).toBe(3);
    expect(await texts(figure.locator('.bar text'))).toEqual([
      'write x 1',
      'write x 2',
      'read x → 2',
      'write y 7',
      'read y → 7',
      '✗ read x → 1',
    ]);
    expect(await figure.locator('.bar.failed').count()).toBe(1);
    expect(await figure.locator('.link.learned').count()).toBe(6);
    expect(noise).toEqual([]);
  });

  it('shows an order that must be in red, and the messages that it rests on in blue', async () => {
    const { page, noise } = await open('CCv', [
      [w('x', 1), w('m', 1)],
      [w('x', 2), w('n', 2)],
      [r('m', 1), r('x', 2)],
      [r('n', 2), r('x', 1)],
    ]);
    const figure = drawing(page);
    expect(await figure.locator('.link.ordered').count()).toBe(2);
    // From each write over its message to the read that did not return it, and from each write to the read that did.
    expect(await figure.locator('.link.learned').count()).toBe(8);
    const colour = (kind: string): Promise<unknown> =>
      page.evaluate(`getComputedStyle(document.querySelector('.link.${kind} path')).stroke`);
    expect(await colour('ordered')).not.toBe(await colour('learned'));
    expect(noise).toEqual([]);
  });

  it('tells what an arrow and a bar are when they are pointed at', async () => {
    const { page } = await open('CC', stale);
    const figure = drawing(page);
    const titles = await texts(figure.locator('.link title'));
    expect(titles).toContain(
      'process 0 wrote x = 2; process 1 read it; process 1 wrote y = 7; process 2 read it; process 2 read x = 1',
    );
    expect(titles.every((title) => title.length > 10)).toBe(true);
    const bar = figure.locator('.bar.failed');
    expect((await bar.locator('title').textContent())?.replaceAll(/\s+/g, ' ')).toBe('read x → 1, process 2: ok');
    // The browser shows the title of what is under the pointer: the bar is not covered by an arrow.
    const box = await bar.locator('rect').boundingBox();
    if (box === null) throw new Error('the bar is not drawn');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    expect(await page.evaluate(`document.elementFromPoint(${x}, ${y}).closest('g').className.baseVal`)).toBe(
      'bar failed',
    );
  });

  it('has the same as a table, folded away until it is clicked', async () => {
    const { page } = await open('CC', stale);
    const card = page.locator('article.failure-card').first();
    const row = card.locator('tr.failed');
    expect(await row.isVisible()).toBe(false);
    await card.getByText('The same as a table').click();
    expect(await row.isVisible()).toBe(true);
    expect(await row.innerText()).toMatch(/read x → 1/);
  });

  it('says what could have been read, and the argument step by step', async () => {
    const { page } = await open('CC', stale);
    const card = page.locator('article.failure-card').first();
    expect(await texts(card.locator('.states .chip'))).toEqual(['3']);
    expect(await card.locator('.steps li').count()).toBe(3);
  });

  it.each([
    ['CC', stale],
    ['CC', chain(12)],
    ['CCv', circle(3)],
    ['CCv', circle(20)],
    ['CC', [[w('x', 1), w('x', 2), r('x', 1)]]],
  ] as const)(
    'of %s has no bars that overlap, no words that are cut, no arrow outside (case %#)',
    async (model, lists) => {
      for (const width of [1280, 400]) {
        const { page, noise } = await open(model, lists, width);
        const figure = drawing(page);
        const bars = await boxes(figure.locator('.bar rect'));
        const words = await boxes(figure.locator('.bar text'));
        const [whole] = await boxes(figure.locator('.rightmost svg'));
        if (whole === undefined) throw new Error('nothing is drawn');
        expect(bars.length).toBeGreaterThan(2);
        for (const [i, bar] of bars.entries()) {
          for (const other of bars.slice(i + 1)) expect(overlap(bar, other)).toBe(false);
          const text = words[i];
          expect((text?.x ?? 0) + (text?.width ?? Infinity)).toBeLessThan(bar.x + bar.width);
        }
        for (const box of [...bars, ...(await boxes(figure.locator('.link')))]) {
          expect(box.x).toBeGreaterThanOrEqual(whole.x);
          expect(box.y).toBeGreaterThanOrEqual(whole.y);
          expect(box.x + box.width).toBeLessThanOrEqual(whole.x + whole.width);
          expect(box.y + box.height).toBeLessThanOrEqual(whole.y + whole.height);
        }
        // The page itself does not scroll sideways; a wide drawing does, from its end on, with the names beside it.
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(noise).toEqual([]);
        await page.context().close();
      }
    },
  );

  it('with more operations than can be taken in draws those that the first steps name, and says so', async () => {
    const { page } = await open('CCv', circle(20));
    const figure = drawing(page);
    const count = await figure.locator('.bar').count();
    expect(count).toBeGreaterThan(30);
    expect(count).toBeLessThanOrEqual(60);
    const card = page.locator('article.failure-card').first();
    expect(await card.locator('.note').first().innerText()).toMatch(
      new RegExp(`These 80 operations are enough .* The picture has ${count} of them`),
    );
    expect(await card.locator('.steps').first().locator('li').count()).toBe(12);
    await card.getByText(/more steps$/).click();
    expect(await card.locator('.steps').last().isVisible()).toBe(true);
  });

  it('over many processes can be scrolled to its beginning', async () => {
    const { page } = await open('CC', chain(12));
    const region = drawing(page).locator('.rightmost');
    const first = drawing(page).locator('.bar').first();
    const edge = (await region.boundingBox())?.x ?? Infinity;
    expect((await first.boundingBox())?.x ?? Infinity).toBeLessThan(edge);
    await page.evaluate(`document.querySelector('figure.lanes .rightmost').scrollTo({ left: -1e6 })`);
    expect((await first.boundingBox())?.x ?? -Infinity).toBeGreaterThanOrEqual(edge);
  });
});
