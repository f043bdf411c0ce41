import { simulatedCluster } from '../../src/cluster/simulator/cluster.ts';
import { conformance } from './conformance.ts';

conformance('simulated', 'conformance', simulatedCluster);
