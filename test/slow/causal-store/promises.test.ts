import { it } from 'vitest';
import { keepsItsPromises } from '../../systems/causal-store/promises.ts';

it('the causal store keeps its promises in 200 simulated runs of 50 s', () => keepsItsPromises(25, 50));
