/** Known bugs of other implementations of Raft in what this one does not have. */

import type { NotPlanted } from '../protocol.ts';

export const notPlanted: readonly NotPlanted[] = [
  {
    bug: 'A lease that outlasts a transfer of leadership or the drift of a clock, and stale reads under it.',
    source: 'etcd-io/raft 99',
    why: 'Reads here always ask a majority (ReadIndex); there are no leases.',
  },
  {
    bug: 'A single-server change of the configuration before the leader has committed an entry of its term.',
    source: 'Ongaro, raft-dev, 2015',
    why: 'The servers of this cluster do not change.',
  },
  {
    bug: 'Configurations that follow one another without a common majority, or a removed server that is still counted.',
    source: 'Raft thesis, sections 4.1 and 4.3',
    why: 'The servers of this cluster do not change.',
  },
  {
    bug: 'A suffix of the log cut front to back in several steps, and a crash between them that leaves a gap.',
    source: 'braft 119',
    why: 'Cutting the log is one record on its disk, there as a whole or not at all.',
  },
];
