/** What must hold of all Raft servers together, whatever happens. */

import type { Invariant } from '../../protocol.ts';
import type { RaftState } from '../inspection.ts';
import { acknowledgedDurable, termsAdvance, votesDurable, votesKept } from './durability.ts';
import { electionSafety, leaderAppendOnly, leaderCompleteness, logMatching, stateMachineSafety } from './figure-3.ts';
import { boundedQueues, roundsAnswered } from './leading.ts';

export const invariants: readonly Invariant<RaftState>[] = [
  electionSafety,
  leaderAppendOnly,
  logMatching,
  leaderCompleteness,
  stateMachineSafety,
  acknowledgedDurable,
  termsAdvance,
  votesKept,
  votesDurable,
  roundsAnswered,
  boundedQueues,
];
