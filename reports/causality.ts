/** Where a simulated run's failure was caused: how likely it was from each moment on, and the run as a transcript. */

import { shareOf, type ExplanationRecord, type Likelihood } from '../src/store/explanation.ts';
import { bothWidths, margin, widths, type Width } from './axis.ts';
import { html, type Html } from './html.ts';
import { number } from './words.ts';

const height = 150;
const top = 10;
const bottom = top + height;

const percent = (share: number): string => `${String(Math.round(share * 100))} %`;
const when = ({ atMs, futures }: Likelihood): string => (futures === 0 ? 'the end' : `${atMs.toFixed(1)} ms`);

/** One step a moment, in their order: moments lie close together where much happens, and distances would hide that. */
function curve({ likelihoods, jump }: ExplanationRecord, width: Width): Html {
  const plot = widths[width] - margin.left - margin.right;
  const step = plot / Math.max(1, likelihoods.length - 1);
  const x = (place: number): number => margin.left + place * step;
  const y = (share: number): number => bottom - share * height;
  const points = likelihoods.map((point, i) => `${x(i).toFixed(1)},${y(shareOf(point)).toFixed(1)}`);
  const jumpAt = jump === null ? -1 : likelihoods.findIndex(({ atMs }) => atMs === jump.atMs);
  const labelEvery = Math.ceil(likelihoods.length / (width === 'wide' ? 12 : 4));
  return html`<svg
    viewBox="0 0 ${widths[width]} ${bottom + 30}"
    role="img"
    aria-label="How likely the failure was, from each moment on"
  >
    ${[0, 0.5, 1].map(
      (share) =>
        html`<g class="axis"
          ><path d="M${margin.left} ${y(share)}h${plot}" /><text
            x="${margin.left - 8}"
            y="${y(share) + 4}"
            text-anchor="end"
            >${percent(share)}</text
          ></g
        >`,
    )}
    ${
      jumpAt >= 0 &&
      html`<rect class="jump" x="${x(jumpAt).toFixed(1)}" y="${top}" width="${step.toFixed(1)}" height="${height}" />`
    }
    <polyline class="likelihood" points="${points.join(' ')}" />
    ${likelihoods.map((point, i) => {
      const told =
        point.futures === 0
          ? 'In the end it failed'
          : `Before ${when(point)}: ${number(point.failed)} of ${number(point.futures)} futures fail`;
      return html`<circle class="likelihood" cx="${x(i).toFixed(1)}" cy="${y(shareOf(point)).toFixed(1)}" r="3.5"
        ><title>${told}</title></circle
      >`;
    })}
    <g class="axis">
      ${likelihoods.map(
        (point, i) =>
          (i % labelEvery === 0 || i === likelihoods.length - 1) &&
          !(i !== likelihoods.length - 1 && likelihoods.length - 1 - i < labelEvery) &&
          html`<text
            x="${x(i).toFixed(1)}"
            y="${bottom + 18}"
            text-anchor="${i === 0 ? 'start' : i === likelihoods.length - 1 ? 'end' : 'middle'}"
            >${when(point)}</text
          >`,
      )}
    </g>
  </svg>`;
}

export function causalityBody(explanation: ExplanationRecord): Html {
  const { jump, why, runs, transcript } = explanation;
  const cause =
    jump === null
      ? html`<p class="explanation">No single event stands out: ${why}.</p>`
      : html`<p class="explanation">It became likely ${why}. What happened then:</p>
          <ul class="events">
            ${jump.events.map((event) => html`<li><code>${event}</code></li>`)}
          </ul>`;
  return html`${cause}
    <figure class="chart">
      <h3>How likely it was to fail so</h3>
      <p class="note">
        The run was done again up to each moment, and from there on all chance (latencies, timeouts, syncs) was drawn
        anew, in ${number(runs)} runs altogether. Moments are in order; distances are not to scale.
      </p>
      ${bothWidths((width) => curve(explanation, width))}
    </figure>
    <details open>
      <summary>The run, event by event</summary>
      <pre class="log" tabindex="0">${transcript.trimEnd()}</pre>
    </details>`;
}
