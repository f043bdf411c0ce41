/** Clusters of the probe system for these tests. */

import { fileURLToPath } from 'node:url';

import { dockerCluster, type Surroundings } from '../../src/cluster/docker/cluster.ts';
import type { Cluster, ClusterOptions } from '../../src/cluster/cluster.ts';
import { system } from '../cluster/probe-system.ts';

export function probeCluster(
  runId: string,
  count: number,
  options: Partial<Omit<ClusterOptions, 'deployment'>> & { readonly mutant?: string } = {},
  surroundings: Partial<Surroundings> = {},
): Cluster {
  const { mutant = null, ...rest } = options;
  return dockerCluster(
    {
      deployment: {
        system,
        module: fileURLToPath(new URL('../cluster/probe-system.ts', import.meta.url)),
        mutant,
        settings: {},
      },
      runId,
      nodes: Array.from({ length: count }, (_, i) => `n${i + 1}`),
      seed: 1,
      directory: null,
      ...rest,
    },
    surroundings,
  );
}
