/** Writes a measured table into docs/PERFORMANCE.md, between the marks of its section, with date and machine. */

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

const page = new URL('../docs/PERFORMANCE.md', import.meta.url);

/** A table in Markdown, by the texts of its cells. */
export interface Table {
  /** The first names what the rows are of. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->`. With `part`, only the rows of `table` are: those that
 * are not in it stay as they are, and a sentence says when the rows that have `part` in their names were measured. Throws
 * a RangeError where the marks are missing.
 */
export function writeSection(name: string, command: string, table: Table, part = ''): void {
  const text = readFileSync(page, 'utf8');
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new RangeError(`docs/PERFORMANCE.md has no section ${open} … ${close}`);
  const measured = `easured on ${new Date().toISOString().slice(0, 10)} on ${machine()} by \`${command}\`.`;
  const before = text.slice(start + open.length, end);
  const section =
    part === ''
      ? `\n\nM${measured}\n\n${markdown(table)}\n`
      : withRows(before, table, `Rows with \`${part}\` m${measured}`, `Rows with \`${part}\` `);
  writeFileSync(page, `${text.slice(0, start)}${open}${section}${text.slice(end)}`);
}

/**
 * A section with the rows of `table` in the place of those of the same name, or after the others, and the sentence `about`
 * in the place of one that begins with `aboutBegin`. Cells go by the names of their columns; what one of the two tables
 * does not have stays empty.
 */
export function withRows(section: string, table: Table, about: string, aboutBegin: string): string {
  const lines = section.split('\n').filter((line) => line !== '');
  const sentences = lines.filter((line) => !line.startsWith('|') && !line.startsWith(aboutBegin));
  const [columns = [], , ...rows] = lines.filter((line) => line.startsWith('|')).map(cellsOf);
  // The columns of a peer are named after it once: those that follow belong to it.
  const own = qualified(table.columns);
  const all = columns.length === 0 ? table.columns : columns;
  const places = qualified(all).map((column) => own.indexOf(column));
  const fresh = new Map(
    table.rows.map((row) => [row[0], places.map((place) => (place < 0 ? '' : (row[place] ?? '')))]),
  );
  const merged = rows.map((row) => {
    const replaced = fresh.get(row[0]);
    fresh.delete(row[0]);
    return replaced ?? row;
  });
  return `\n\n${[...sentences, about].join('\n\n')}\n\n${markdown({ columns: all, rows: [...merged, ...fresh.values()] })}\n`;
}

/** `clew: process`, `check` as `clew: process`, `clew: check`. */
function qualified(columns: readonly string[]): readonly string[] {
  let owner = '';
  return columns.map((column) => {
    const [, name, rest] = /^(.*): (.*)$/.exec(column) ?? [];
    if (name !== undefined) owner = name;
    return `${owner}: ${rest ?? column}`;
  });
}

const cellsOf = (line: string): readonly string[] =>
  line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());

/** A line of a table. */
export const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function markdown({ columns, rows }: Table): string {
  return [line(columns), `|---|${'---:|'.repeat(columns.length - 1)}`, ...rows.map(line)].join('\n');
}

function machine(): string {
  const gib = Math.round(totalmem() / 2 ** 30);
  const [cpu] = cpus();
  const model = cpu?.model.trim() ?? '';
  const named = model === '' || model === 'unknown' ? '' : ` (${model})`;
  return `${cpus().length} cores${named}, ${gib} GiB, Node ${process.versions.node}, ${process.platform} (load average ${loadavg()[0]?.toFixed(1) ?? '?'} at the end, other work included)`;
}

export function seconds(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 9_950 ? 2 : 1)} s`;
}

export function megabytes(mb: number): string {
  return mb < 1024 ? `${Math.round(mb)} MB` : `${(mb / 1024).toFixed(1)} GB`;
}

/** `peer / ours`: how many times more. */
export function ratio(peer: number, ours: number): string {
  const times = peer / ours;
  return `×${times < 10 ? times.toFixed(1) : Math.round(times)}`;
}

/** The upper one where there are two in the middle; NaN of nothing. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** `12,345`. */
export const figure = (value: number): string => Math.round(value).toLocaleString('en');
