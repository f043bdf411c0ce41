/** The section of a report that shows one small run whole: who said what to whom, and when. */

import type { Json } from '../../src/history/operation.ts';
import type { TestRecord, TraceRecord } from '../../src/store/run.ts';
import { idiomOf } from '../../src/transcript/idioms/index.ts';
import type { FaultInterval } from '../faults.ts';
import { colour, html, type Html } from '../html.ts';
import type { Call } from '../operations.ts';
import { roleClass } from '../timeline.ts';
import { legend } from '../tables.ts';
import { count, moment } from '../words.ts';
import { arrowsMax, diagramOf, type Diagram, type Violated } from './diagram.ts';
import { draw, milliseconds } from './draw.ts';
import { faultSpans } from './faults.ts';

/** What the diagram of a run is made of. */
export interface SpaceTime {
  readonly test: TestRecord;
  /** All that is known of nodes and messages, in the order of the trace. */
  readonly course: readonly TraceRecord[];
  readonly calls: readonly Call[];
  readonly faults: readonly FaultInterval[];
  /** Invocations of operations that have no place. */
  readonly failed: ReadonlySet<number>;
  readonly violated: Violated | null;
}

const roles = [
  ['leader', 'leader'],
  ['candidate', 'candidate'],
  ['follower', 'follower'],
  ['down', 'down'],
] as const;

const quietGrey = '#8a8f98';
/** Up to here a wide screen shows all of it at once. */
const fitsMax = 1040;

function leftOutInWords({ leftOut: { repeats, before, after }, from }: Diagram): readonly string[] {
  const are = (n: number): string => (n === 1 ? 'is' : 'are');
  return [
    repeats > 0 &&
      `${count(repeats, 'message')} that ${repeats === 1 ? 'repeats' : 'repeat'} the one before, and change nothing, ${are(repeats)} not drawn.`,
    before > 0 &&
      `It begins at ${moment(from.ns)}: of all that went before, only the last ${String(arrowsMax)} arrows are drawn.`,
    after > 0 && `It ends where something went wrong; ${count(after, 'message')} after that ${are(after)} not drawn.`,
  ].filter((said) => said !== false);
}

/** Null for a run whose messages are not known. */
export function spaceTime({ test, course, calls, faults, failed, violated }: SpaceTime): Html | null {
  const idiom = idiomOf(test.system);
  const diagram = diagramOf({
    nodes: test.nodes,
    concurrency: test.concurrency,
    records: course,
    calls,
    failed,
    violated,
    faults: faultSpans(test, faults),
    brief: (message) => briefly(idiom, message),
  });
  if (diagram === null) return null;
  const { width, names, picture } = draw(diagram, (kind) => colour(test.colours[kind], quietGrey));
  const used = new Set(diagram.stretches.map(roleClass));
  const hasRoles = diagram.stretches.some(({ role }) => role !== null);
  return html`<p class="note">
      Time goes down; distances are not to scale. Each message is an arrow from where it was sent to where it arrived,
      and ends in ✗ if it was lost; thin blue ones are what clients ask and are answered.
      ${hasRoles && 'A node has the colour of its role, and t2 is term 2.'}
      ${idiom.name === 'raft' && 'Entry 5 of term 2 is 5:2.'} Point at anything for all of it.
      ${leftOutInWords(diagram).join(' ')}
      ${diagram.violated !== null && html`<a href="#violated">Go to where it went wrong.</a>`}
    </p>
    ${hasRoles && legend(roles.filter(([kind]) => used.has(kind)))}
    <figure class="space-time">
      <div class="${width <= fitsMax ? 'box fits' : 'box'}" tabindex="0" role="region" aria-label="Space-time diagram">
        <div class="heads">${names}</div>
        ${picture}
        <div id="violated"></div>
      </div>
      ${
        diagram.violated !== null &&
        html`<figcaption>
          <span class="key failed">✗ ${milliseconds(diagram.violated.at.ns)} ms</span> ${diagram.violated.text}
        </figcaption>`
      }
    </figure>`;
}

/** A message of another version, or of a system that is not what its name says, is still a message. */
function briefly(idiom: ReturnType<typeof idiomOf>, message: Json): string {
  try {
    return idiom.message(message).brief;
  } catch {
    return 'message';
  }
}
