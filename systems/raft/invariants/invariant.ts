import type { ClusterState, Invariant, InvariantWatch } from '../../protocol.ts';
import type { RaftState } from '../inspection.ts';

export const invariant = (
  name: string,
  promise: string,
  watch: (servers: ClusterState<RaftState>) => InvariantWatch,
): Invariant<RaftState> => ({ name, promise, watch });
