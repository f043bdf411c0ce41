import { raft } from '../../../systems/raft/system.ts';
import { random } from '../../../src/random.ts';
import { testCluster } from './cluster.ts';
const [, , name = 'none', runs = '50', loss = '0', settings = '{}', gap = '150'] = process.argv;
const create = name === 'none' ? raft.create : raft.mutants.find((m) => m.name === name)!.create;
let bad = 0,
  elections = 0;
const t = Date.now();
const kinds: Record<string, number> = {};
for (let seed = 1; seed <= Number(runs); seed++) {
  const dice = random(seed, 'x');
  const nodes = ['a', 'b', 'c', 'd', 'e'];
  const c = testCluster({
    nodes,
    seed,
    create,
    settings: JSON.parse(settings),
    syncMs: () => dice.pick([0.1, 0.2, 0.3, 0.5, 1, 2, 4, 9, 14]),
  });
  c.setNetwork(() => (dice.next() < Number(loss) ? [] : [0.3 + dice.next()]));
  try {
    const ups: [number, string][] = [];
    let nextKill = 500;
    while (c.now() < 20_000) {
      c.run(5);
      for (const u of [...ups])
        if (u[0] <= c.now()) {
          c.restart(u[1]);
          ups.splice(ups.indexOf(u), 1);
        }
      if (c.now() >= nextKill) {
        nextKill = c.now() + dice.int(2 * Number(gap));
        const n = dice.int(4) === 0 ? 1 + dice.int(4) : 1;
        for (let i = 0; i < n; i++) {
          const id = dice.pick(nodes);
          if (c.isUp(id)) {
            c.crash(id, dice.int(3));
            ups.push([c.now() + dice.pick([15, 25, 40, 60, 90, 140, 200, 280]) + dice.int(100), id]);
          }
        }
      }
      const l = c.leader();
      if (l && dice.int(3) === 0) c.call(l, { f: 'append', key: 'x', value: c.now() });
    }
  } catch (e) {
    bad++;
    const k = (e as Error).message.replace(/\d+/g, 'N').replace(/\b[abcde]\b/g, 'X');
    kinds[k] = (kinds[k] ?? 0) + 1;
  }
  elections += c.passed('election-won');
}
console.log(name, loss, settings, gap, bad, '/', runs, 'elections', elections, Date.now() - t, 'ms', kinds);
