/** The time axis that all charts of a report share, so that one moment is at one place in all of them. */

import { html, type Html } from './html.ts';

/** Every chart is drawn twice, and the page shows the one that fits the screen. */
export const widths = { wide: 1040, narrow: 400 } as const;
export type Width = keyof typeof widths;

export const margin = { left: 54, right: 12 } as const;

export interface TimeAxis {
  readonly width: number;
  readonly endNs: number;
  readonly x: (ns: number) => number;
}

/** From the start of the test to `endNs`, over the width that lies between the margins. */
export function timeAxis(width: Width, endNs: number): TimeAxis {
  const total = widths[width];
  const plot = total - margin.left - margin.right;
  const end = Math.max(endNs, 1);
  return { width: total, endNs: end, x: (ns) => margin.left + (Math.min(Math.max(ns, 0), end) / end) * plot };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Round moments in ns, at most `most` of them. */
export function ticks(endNs: number, most: number): readonly number[] {
  const scale = endNs >= 4e9 ? 1 : 10 ** Math.floor(Math.log10(Math.max(endNs, 1) / 4e9));
  const step = (steps.find((s) => endNs / 1e9 / (s * scale) <= most) ?? endNs / 1e9 / most) * scale * 1e9;
  return Array.from({ length: Math.floor(endNs / step) + 1 }, (_, i) => i * step);
}

/** A moment as the axis writes it. */
export function tickLabel(ns: number): string {
  return `${String(Number((ns / 1e9).toPrecision(6)))} s`;
}

/** Tick marks and their labels below a chart whose plot ends at `y`. */
export function axisMarks(axis: TimeAxis, y: number): Html {
  return html`<g class="axis">
    ${ticks(axis.endNs, axis.width > 600 ? 12 : 5).map((ns) => {
      const x = axis.x(ns).toFixed(1);
      return html`<path d="M${x} ${y}v5" /><text x="${x}" y="${y + 17}" text-anchor="middle">${tickLabel(ns)}</text>`;
    })}
  </g>`;
}

/** The same drawing for wide and for narrow screens; style.ts shows one of them. */
export function bothWidths(draw: (width: Width) => Html): Html {
  return html`<div class="wide">${draw('wide')}</div>
    <div class="narrow">${draw('narrow')}</div>`;
}
