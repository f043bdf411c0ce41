import { raft } from '../../../systems/raft/system.ts';
import { storm } from './storm.ts';
import { watchedRaft } from './cluster.ts';
const [, , name = 'none', seeds = '20', ms = '15000'] = process.argv;
const t = Date.now();
let bad = 0;
const kinds: Record<string, number> = {};
for (let s = 1; s <= Number(seeds); s++) {
  const create = name === 'none' ? watchedRaft().create : raft.mutants.find((m) => m.name === name)!.create;
  const o = storm(s, create, Number(ms));
  if (o.violation) {
    bad++;
    const k = o.violation.replace(/\d+(\.\d+)?/g, 'N').replace(/\b[abcde]\b/g, 'X');
    kinds[k] = (kinds[k] ?? 0) + 1;
    if (name === 'none') console.log(s, o.violation);
  }
}
console.log(name, bad, '/', seeds, Date.now() - t, 'ms', kinds);
