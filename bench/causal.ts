/**
 * How fast causal consistency is decided: `clew check` as a whole process, beside any peer, on the same files, in turns.
 *
 * `npm run bench:causal -- [--peer 'name=command {history}'] [--rounds 3] [--limit 60] [--only text] [--write]`
 *
 * As bench/linearizability.ts. Rows begin with the model: `CCv` decides CC and CCv, `CM` decides CC and CM.
 */

import { kvHistory, type KvShape } from './kv-histories.ts';
import { benchmark, type BenchRow } from './side-by-side.ts';

function row(model: 'CCv' | 'CM', name: string, shape: Partial<KvShape>): BenchRow {
  const whole: KvShape = {
    operations: 1_000_000,
    sessions: 16,
    keys: 1000,
    seed: 1,
    order: model === 'CM' ? 'arrival' : 'lww',
    crashed: 0,
    stale: false,
    ...shape,
  };
  return {
    name: `${model}: ${name}${whole.stale ? ', stale read' : ''}`,
    lines: () => kvHistory(whole),
    options: `--consistency ${model}`,
    valid: !whole.stale,
  };
}

const validAndNot = (model: 'CCv' | 'CM', name: string, shape: Partial<KvShape>): readonly BenchRow[] => [
  row(model, name, shape),
  row(model, name, { ...shape, stale: true }),
];

await benchmark('causal', 'npm run bench:causal', [
  ...validAndNot('CCv', '100k, 16 sessions, 100 keys', { operations: 100_000, keys: 100 }),
  ...validAndNot('CCv', '1M, 16 sessions, 1k keys', {}),
  ...validAndNot('CCv', '1M, 64 sessions, 1k keys', { sessions: 64 }),
  ...validAndNot('CCv', '1M, 512 sessions, 1k keys', { sessions: 512 }),
  ...validAndNot('CCv', '1M, 64 at a time, 5,000 in all', { sessions: 64, crashed: 0.005 }),
  ...validAndNot('CCv', '1M, one session', { sessions: 1 }),
  ...validAndNot('CM', '100k, 16 sessions, 100 keys', { operations: 100_000, keys: 100 }),
  ...validAndNot('CM', '1M, 16 sessions, 1k keys', {}),
]);
