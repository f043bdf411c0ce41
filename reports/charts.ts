/** Latency, quantiles and throughput over time as static SVG, drawn by Vega-Lite when the report is made. */

import type { TopLevelSpec } from 'vega-lite';
import { margin, tickLabel, ticks, widths, type Width } from './axis.ts';
import { trusted, type Html } from './html.ts';
import { latencyNs, outcomeOf, sample, type Call, type Slice } from './operations.ts';

/** A fault as a shaded interval. */
export interface Shade {
  readonly fromNs: number;
  readonly toNs: number;
  readonly colour: string;
}

export interface ChartOptions {
  readonly endNs: number;
  readonly shades: readonly Shade[];
  /** Moments at which something went wrong, as lines. */
  readonly marks: readonly number[];
}

/** Points in a chart; beyond that they are sampled. */
export const pointsMax = 20_000;

// Only numbers, outcomes and checked colours go into a specification: Vega evaluates expressions, and what clients and
// nodes said must not come near them.
type Datum = Readonly<Record<string, number | string | null>>;
type Layer = Record<string, unknown>;

const heights = { points: 230, lines: 170 } as const;
const seconds = (ns: number): number => ns / 1e9;
const milliseconds = (ns: number): number => Math.max(ns / 1e6, 0.001);

const x = (options: ChartOptions, width: Width): Layer => {
  const values = ticks(options.endNs, width === 'wide' ? 12 : 5);
  const labels = Object.fromEntries(values.map((ns) => [seconds(ns), tickLabel(ns)]));
  return {
    field: 't',
    type: 'quantitative',
    scale: { domain: [0, seconds(options.endNs)], nice: false, zero: false },
    axis: {
      title: null,
      grid: false,
      values: Object.keys(labels).map(Number),
      labelExpr: 'datum.value + " s"',
      labelFlush: false,
    },
  };
};

function background(options: ChartOptions, height: number, width: Width): Layer[] {
  const shades = options.shades.map(({ fromNs, toNs, colour }) => ({ t: seconds(fromNs), to: seconds(toNs), colour }));
  const marks = options.marks.map((ns) => ({ t: seconds(ns) }));
  return [
    {
      data: { values: shades },
      mark: { type: 'rect', aria: false, opacity: 0.16 },
      encoding: {
        x: x(options, width),
        x2: { field: 'to' },
        y: { value: 0 },
        y2: { value: height },
        fill: { field: 'colour', type: 'nominal', scale: null },
      },
    },
    {
      data: { values: marks },
      mark: { type: 'rule', aria: false, stroke: 'var(--invalid)', strokeWidth: 1.5, strokeDash: [4, 3] },
      encoding: { x: x(options, width), y: { value: 0 }, y2: { value: height } },
    },
  ];
}

async function draw(layers: readonly Layer[], height: number, width: Width, label: string): Promise<Html> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const axisColour = 'var(--rule)';
  const specification = {
    width: widths[width] - margin.left - margin.right,
    height,
    autosize: { type: 'none' },
    padding: { ...margin, top: 8, bottom: 24 },
    background: 'transparent',
    layer: layers,
    config: {
      view: { stroke: null },
      axis: {
        domainColor: axisColour,
        gridColor: axisColour,
        tickColor: axisColour,
        labelColor: 'var(--muted)',
        labelFont: 'inherit',
        labelFontSize: 12,
        gridOpacity: 0.6,
      },
    },
  };
  const { spec } = compile(specification as unknown as TopLevelSpec);
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    return trusted(slim(await view.toSVG(), label));
  } finally {
    view.finalize();
  }
}

/** Lets the drawing scale with the page, gives it a name for screen readers, and shortens its numbers to what is visible. */
function slim(svg: string, label: string): string {
  return svg
    .replace(/<svg [^>]*?viewBox="([^"]*)"[^>]*>/, `<svg viewBox="$1" role="img" aria-label="${label}">`)
    .replaceAll(/ (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|aria-hidden="true")/g, '')
    .replaceAll(/ class="mark-[^"]*"/g, '')
    .replaceAll(/\bd="([^"]*)"/g, (_, path: string) => {
      return `d="${path.replaceAll(/\d+\.\d+/g, (digits) => String(Math.round(Number(digits) * 10) / 10))}"`;
    })
    .replaceAll(/translate\((-?[\d.]+),(-?[\d.]+)\)/g, (_, dx: string, dy: string) => {
      return `translate(${String(Math.round(Number(dx) * 10) / 10)},${String(Math.round(Number(dy) * 10) / 10)})`;
    });
}

const latencyAxis = {
  title: null,
  tickCount: 4,
  labelExpr:
    'datum.value >= 1000 ? datum.value / 1000 + " s" : datum.value >= 1 ? datum.value + " ms" : datum.value * 1000 + " µs"',
};

function decades(all: readonly number[]): readonly [number, number] {
  const some = all.filter((ms) => Number.isFinite(ms));
  const low = some.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = some.reduce((a, b) => Math.max(a, b), 0);
  if (high === 0) return [1, 10];
  const bottom = 10 ** Math.floor(Math.log10(low));
  const top = Math.max(10 ** Math.ceil(Math.log10(high)), bottom * 10);
  // Timeouts like round numbers: leave room for what would sit on the edge.
  return [bottom, high > 0.7 * top ? top * 1.5 : top];
}

const y = (values: readonly number[]): Layer => {
  const domain = decades(values);
  const powers = Math.floor(Math.log10(domain[1] / domain[0]) + 1e-9);
  const ticksAt = Array.from({ length: powers + 1 }, (_, i) => Number((domain[0] * 10 ** i).toPrecision(1)));
  return {
    field: 'v',
    type: 'quantitative',
    scale: { type: 'log', domain, nice: false },
    axis: { ...latencyAxis, values: ticksAt },
  };
};

/**
 * Points as one path: a line of single points with breaks between them, drawn as dots by its round or square caps. A
 * mark of its own for each of 20,000 operations would make the report twenty times as large.
 */
function dots(data: readonly Datum[], cap: 'round' | 'square', size: number, stroke: string, axes: Layer): Layer {
  // Each gap is an object of its own: Vega takes one that comes twice for the same datum.
  return {
    data: { values: data.flatMap((datum): Datum[] => [datum, { t: null, v: null }]) },
    mark: { type: 'line', aria: false, strokeCap: cap, strokeWidth: size, stroke, invalid: 'break-paths-show-domains' },
    encoding: { ...axes, order: { value: null } },
  };
}

/** One point for each completed operation: when it was invoked, and how long it took. */
export function latencyPoints(all: readonly Call[], options: ChartOptions, width: Width): Promise<Html> {
  const shown = sample(all, pointsMax).map((call) => ({
    outcome: outcomeOf(call),
    t: seconds(call.invocation.time),
    v: milliseconds(latencyNs(call) ?? 0),
  }));
  const axes = { x: x(options, width), y: y(shown.map(({ v }) => v)) };
  const some = (outcome: string): Datum[] =>
    shown.filter((one) => one.outcome === outcome).map(({ t, v }) => ({ t, v }));
  const layers = [
    ...background(options, heights.points, width),
    dots(some('ok'), 'round', 2.2, 'var(--ok)', axes),
    dots(some('fail'), 'square', 3, 'var(--fail)', axes),
    {
      data: { values: some('info') },
      mark: {
        type: 'point',
        aria: false,
        shape: 'triangle-up',
        size: 26,
        filled: true,
        fill: 'var(--info)',
        opacity: 1,
      },
      encoding: axes,
    },
  ];
  return draw(layers, heights.points, width, 'Latency of each operation over time');
}

const line = (
  data: readonly Datum[],
  stroke: string,
  strokeWidth: number,
  dash: readonly number[],
  axes: Layer,
): Layer => ({
  data: { values: data },
  mark: { type: 'line', aria: false, stroke, strokeWidth, strokeDash: dash, invalid: 'break-paths-show-domains' },
  encoding: axes,
});

const middle = ({ fromNs, toNs }: Slice, endNs: number): number => seconds((fromNs + Math.min(toNs, endNs)) / 2);

/** How long operations took, slice by slice: median, 95th and 99th percentile, and the slowest. */
export function latencyQuantiles(all: readonly Slice[], options: ChartOptions, width: Width): Promise<Html> {
  const of = (name: 'p50' | 'p95' | 'p99' | 'max'): Datum[] => {
    return all.map((slice) => ({
      t: middle(slice, options.endNs),
      v: Number.isNaN(slice[name]) ? null : milliseconds(slice[name]),
    }));
  };
  const axes = {
    x: x(options, width),
    y: y(all.flatMap(({ p50, max }) => (Number.isNaN(max) ? [] : [milliseconds(p50), milliseconds(max)]))),
  };
  const layers = [
    ...background(options, heights.lines, width),
    line(of('max'), 'var(--muted)', 1, [2, 2], axes),
    line(of('p99'), 'var(--p99)', 1.5, [], axes),
    line(of('p95'), 'var(--p95)', 1.5, [], axes),
    line(of('p50'), 'var(--ok)', 2.25, [], axes),
  ];
  return draw(layers, heights.lines, width, 'Latency quantiles over time');
}

/** Completions a second, slice by slice, by outcome. */
export function throughput(all: readonly Slice[], options: ChartOptions, width: Width): Promise<Html> {
  const rate = (slice: Slice, outcome: 'ok' | 'fail' | 'info'): Datum => {
    const lengthS = seconds(Math.min(slice.toNs, options.endNs) - slice.fromNs);
    return { t: middle(slice, options.endNs), v: lengthS > 0 ? slice.counts[outcome] / lengthS : null };
  };
  const axes = {
    x: x(options, width),
    y: { field: 'v', type: 'quantitative', axis: { title: null, tickCount: 4 }, scale: { zero: true } },
  };
  const of = (outcome: 'ok' | 'fail' | 'info'): Datum[] => all.map((slice) => rate(slice, outcome));
  const layers = [
    ...background(options, heights.lines, width),
    line(of('fail'), 'var(--fail)', 1.5, [2, 2], axes),
    line(of('info'), 'var(--info)', 1.5, [6, 3], axes),
    line(of('ok'), 'var(--ok)', 2.25, [], axes),
  ];
  return draw(layers, heights.lines, width, 'Operations per second over time');
}
