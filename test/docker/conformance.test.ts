import { dockerCluster } from '../../src/cluster/docker/cluster.ts';
import { conformance } from '../cluster/conformance.ts';

conformance('Docker', `conformance-${process.pid}`, dockerCluster);
