/** The methods for each family of models, the cheapest first. */

import type { Family } from '../../models/model.ts';
import type { Method } from '../method.ts';
import { appendListPrefixes } from './append-list.ts';
import { kvAppends } from './kv-appends.ts';
import { kvRegisters } from './kv-registers.ts';
import { registerZones } from './register-zones.ts';
import { fifoQueueOvertaking } from './fifo-queue.ts';
import { priorityQueueInTime } from './priority-queue.ts';
import { setByElement, setChain } from './set.ts';
import { stackFromBottom } from './stack.ts';

export const methods: Readonly<Record<Family, readonly Method[]>> = {
  register: [registerZones],
  kv: [kvRegisters, kvAppends],
  'append-list': [appendListPrefixes],
  set: [setChain, setByElement],
  'fifo-queue': [fifoQueueOvertaking],
  stack: [stackFromBottom],
  'priority-queue': [priorityQueueInTime],
};
