/**
 * How fast linearizability is decided: `clew check` as a whole process, beside any peer, on the same files, in turns.
 *
 * `npm run bench:linearizability -- [--peer 'name=command {history}'] [--rounds 3] [--limit 60] [--only text] [--write]`
 *
 * A peer is any command that reads a history; what it prints as `"checkMs": 12.3` and `"verdict": "…"` is shown, too.
 * `--limit` is how many seconds a process may take; it may hold 8 GB. `--write` puts the table into docs/PERFORMANCE.md.
 */

import { registerHistory, type RegisterShape } from './register-histories.ts';
import { benchmark, type BenchRow } from './side-by-side.ts';

function row(name: string, shape: Partial<RegisterShape>): BenchRow {
  const whole = { operations: 100_000, clients: 5, seed: 1, crashed: 0, values: 0, stale: false, ...shape };
  return {
    name: `${name}${whole.stale ? ', stale read' : ''}`,
    lines: () => registerHistory(whole),
    options: '--model cas-register',
    valid: !whole.stale,
  };
}

const validAndNot = (name: string, shape: Partial<RegisterShape>): readonly BenchRow[] => [
  row(name, shape),
  row(name, { ...shape, stale: true }),
];

await benchmark('linearizability', 'npm run bench:linearizability', [
  ...[5, 10, 30].flatMap((clients) =>
    [0, 0.01, 0.05].flatMap((crashed) =>
      validAndNot(`distinct values, 100k, ${clients} clients, ${crashed * 100} % crashed`, { clients, crashed }),
    ),
  ),
  ...validAndNot('distinct values, 1M, 10 clients, 1 % crashed', { operations: 1_000_000, clients: 10, crashed: 0.01 }),
  ...validAndNot('CAS over 5 values, 1k, 25 clients', { operations: 1000, clients: 25, values: 5 }),
  ...validAndNot('CAS over 5 values, 100k, 30 clients, 1 % crashed', { clients: 30, values: 5, crashed: 0.01 }),
]);
