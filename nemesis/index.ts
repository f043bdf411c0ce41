/** All kinds of faults, in the order in which they are listed. */

import { clock } from './clock.ts';
import { disk } from './disk.ts';
import type { FaultKind } from './fault.ts';
import { kill } from './kill.ts';
import { packet } from './packet.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';

export const faultKinds: readonly FaultKind[] = [partition, packet, kill, pause, clock, disk];
