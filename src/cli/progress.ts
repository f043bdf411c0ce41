/** Shows a run while it goes: one line that is redrawn in a terminal, a plain line every five seconds elsewhere. */

import type { Colours } from './colours.ts';
import type { Phase, RunEvent, RunObserver, Tick } from '../runner/observer.ts';

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** Redraw one line; otherwise every line stays. */
  readonly live: boolean;
  /** Columns of the terminal. */
  readonly columns: () => number;
  readonly colours: Colours;
  /** Real time in ms; a simulated run's own time flies. */
  readonly now: () => number;
}

export interface Progress extends RunObserver {
  /** Takes the live line away, so that what is printed next starts on a line of its own. */
  end(): void;
}

const redrawMs = 100;
const plainMs = 5_000;
const clearLine = '\r\u001b[2K';

const phaseWords: Readonly<Record<Phase, string>> = {
  cluster: 'cluster',
  start: 'starting',
  run: 'running',
  heal: 'healing, then the final reads',
  check: 'checking',
  report: 'writing the report',
};

const thousands = (count: number): string => String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** `  12.3 s  101 ops/s  ok 1,204  fail 3  info 12  leader n2  faults partition, clock` */
export function tickLine(tick: Tick, phase: Phase, colours: Colours): string {
  const runs = tick.total > 1 ? [`run ${tick.done + 1}/${tick.total}`] : [];
  const faults = tick.faults.length > 0 ? colours.yellow(`faults ${tick.faults.join(', ')}`) : 'no faults';
  return [
    ...runs,
    `${tick.timeS.toFixed(1).padStart(6)} s`,
    `${thousands(tick.rate)} ops/s`,
    colours.green(`ok ${thousands(tick.ok)}`),
    `fail ${thousands(tick.fail)}`,
    `info ${thousands(tick.info)}`,
    tick.leader === null ? colours.yellow('no leader') : `leader ${tick.leader}`,
    faults,
    ...(phase === 'heal' ? ['healed'] : []),
  ].join('  ');
}

/** At most `columns` characters on the screen; colours count for nothing and are ended where the text is cut. */
export function fit(line: string, columns: number): string {
  let width = 0;
  let result = '';
  for (const [part] of line.matchAll(/\u001b\[[0-9;]*m|[^]/gu)) {
    if (part.length > 2) result += part;
    else if (width < columns) {
      result += part;
      width++;
    }
  }
  return result;
}

export function progress({ write, live, columns, colours, now }: ProgressOptions): Progress {
  let phase: Phase = 'cluster';
  let runs = 1;
  let shown = '';
  let drawnAt = -Infinity;

  const draw = (line: string): void => {
    shown = fit(line, Math.max(20, columns() - 1));
    write(`${clearLine}${shown}`);
  };
  /** Above the live line, where there is one. */
  const say = (line: string): void => {
    if (!live) write(`${line}\n`);
    else write(`${clearLine}${line}\n${shown}`);
  };

  const onPhase = (event: Extract<RunEvent, { kind: 'phase' }>): void => {
    phase = event.phase;
    const line = `${phaseWords[phase]}${event.detail === undefined ? '' : `: ${event.detail}`}`;
    // With many runs their phases are noise; the cluster is chosen once for all of them.
    if (phase === 'cluster') say(line);
    else if (live) draw(`${runs > 1 ? `${colours.dim('…')} ` : ''}${line}`);
    else if (runs === 1) say(line);
  };

  const onTick = (tick: Tick): void => {
    const at = now();
    if (at - drawnAt < (live ? redrawMs : plainMs)) return;
    // The first plain line comes after five seconds, not at once.
    const first = drawnAt === -Infinity;
    drawnAt = at;
    if (live) draw(tickLine(tick, phase, colours));
    else if (!first) say(tickLine(tick, phase, colours));
  };

  const onDone = (event: Extract<RunEvent, { kind: 'done' }>): void => {
    if (event.total === 1) return;
    const { valid } = event;
    const verdict =
      valid === true ? colours.green('valid') : valid === false ? colours.red('INVALID') : colours.yellow('unknown');
    const why = event.reason === null ? '' : `: ${event.reason}`;
    const where = valid === true || event.directory === null ? '' : `  ${event.directory}`;
    say(`run ${event.number}/${event.total}  ${verdict}${why}${where}`);
  };

  return {
    onEvent(event) {
      switch (event.kind) {
        case 'run':
          runs = event.total;
          return;
        case 'phase':
          onPhase(event);
          return;
        case 'tick':
          onTick(event);
          return;
        case 'fault':
          return;
        case 'message':
          say(event.level === 'warning' ? colours.yellow(`warning: ${event.text}`) : event.text);
          return;
        case 'done':
          onDone(event);
          return;
      }
    },
    end() {
      if (live && shown !== '') write(clearLine);
      shown = '';
    },
  };
}
