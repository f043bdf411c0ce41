/** `clew list <what>`: what there is to choose from. */

import { Command } from 'commander';
import { listed, rowsOf, type Row } from './catalogue.ts';

/** Names in one column, descriptions in the next. */
export function table(rows: readonly Row[]): string {
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return rows.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n');
}

export function listCommand(): Command {
  return new Command('list')
    .description(`list ${listed.join(', ')}`)
    .argument('<what>', listed.join('|'))
    .option('--json', 'one array of objects with everything that is known')
    .action(async (what: string, { json }: { readonly json?: boolean }) => {
      const rows = await rowsOf(what);
      process.stdout.write(`${json === true ? JSON.stringify(rows, null, 2) : table(rows)}\n`);
    });
}
