/** Writes a measured table into docs/PERFORMANCE.md, between the marks of its section, with date and machine. */

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

const page = new URL('../docs/PERFORMANCE.md', import.meta.url);

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. Throws a RangeError where the marks are missing. */
export function writeSection(name: string, command: string, table: string): void {
  const text = readFileSync(page, 'utf8');
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new RangeError(`docs/PERFORMANCE.md has no section ${open} … ${close}`);
  const about = `Measured on ${new Date().toISOString().slice(0, 10)} on ${machine()} by \`${command}\`.`;
  writeFileSync(page, `${text.slice(0, start)}${open}\n\n${about}\n\n${table}\n${text.slice(end)}`);
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
