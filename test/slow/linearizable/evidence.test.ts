import { test } from 'vitest';
import { proveKind } from '../../checkers/linearizable/evidence-proof.ts';
import { kinds } from '../../checkers/linearizable/kinds.ts';

/** Of each kind; 100,000 histories in all. */
const count = 100_000 / Object.keys(kinds).length;

test.each(Object.entries(kinds))('all evidence for a %s is what the definitions say', (name, kind) =>
  proveKind(name, kind, count),
);
