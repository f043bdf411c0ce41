/** Every workload there is. */

import { append } from './append.ts';
import { kvFixedSessions, kvSessions } from './kv-sessions.ts';
import { register } from './register.ts';
import type { Workload } from './workload.ts';

export const workloads: readonly Workload[] = [register, append, kvSessions, kvFixedSessions];
