/** Where a test runs: the cluster that was asked for, or the most real one that this machine has. */

import { RunError } from '../errors.ts';
import type { Cluster, ClusterKind, ClusterOptions } from '../cluster/cluster.ts';

export const clusterKinds: readonly ClusterKind[] = ['docker', 'netns', 'sim'];

export interface Selection {
  readonly kind: ClusterKind;
  /** Why, for a person. */
  readonly reason: string;
}

/** True, or why this machine can't run such a cluster. */
export async function clusterSupport(kind: ClusterKind): Promise<true | string> {
  switch (kind) {
    case 'docker':
      return (await import('../cluster/docker/support.ts')).dockerSupport();
    case 'netns':
      return (await import('../cluster/netns/support.ts')).netnsSupport();
    case 'sim':
      return true;
  }
}

/** `auto` takes docker when an engine answers, else netns, else sim. A kind that can't run here is a RunError. */
export async function selectCluster(asked: ClusterKind | 'auto'): Promise<Selection> {
  if (asked !== 'auto') {
    const support = await clusterSupport(asked);
    if (support !== true) throw new RunError(`no ${asked} cluster here: ${support}`);
    return { kind: asked, reason: 'as asked' };
  }
  const reasons: string[] = [];
  for (const kind of clusterKinds) {
    const support = await clusterSupport(kind);
    if (support === true) {
      return { kind, reason: reasons.length === 0 ? 'a Docker engine answers' : reasons.join('; ') };
    }
    reasons.push(`no ${kind}: ${support}`);
  }
  throw new RunError(reasons.join('; '));
}

/** Makes the cluster; nothing is started yet. `fullTrace` records every message where the cluster can. */
export async function makeCluster(kind: ClusterKind, options: ClusterOptions, fullTrace: boolean): Promise<Cluster> {
  switch (kind) {
    case 'docker':
      return (await import('../cluster/docker/cluster.ts')).dockerCluster(options);
    case 'netns':
      return (await import('../cluster/netns/cluster.ts')).netnsCluster(options);
    case 'sim': {
      const { simulatedCluster } = await import('../cluster/simulator/cluster.ts');
      const { drawKnobs } = await import('../cluster/simulator/swarm.ts');
      return simulatedCluster({
        ...options,
        simulator: { ...drawKnobs(options.seed), trace: fullTrace ? 'full' : 'state' },
      });
    }
  }
}
