/** Every system that comes with Clew. */

import { system as canary } from './canary/system.ts';
import { causalStore } from './causal-store/system.ts';
import type { System } from './protocol.ts';
import { raft } from './raft/system.ts';

export const systems: readonly System[] = [raft, causalStore, canary];
