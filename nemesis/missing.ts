/** For faults that a cluster has no means for. A schedule never asks for them; a plan from elsewhere may. */

import type { Capability, FaultControl } from '../src/cluster/faults.ts';
import { UsageError } from '../src/errors.ts';

/** Throws a UsageError that says why this cluster can't do it. */
export function missing({ capabilities }: FaultControl, capability: Capability): never {
  const why = capabilities[capability];
  throw new UsageError(`this cluster can't do ${capability}: ${why === true ? 'it has no means for it' : why}`);
}
