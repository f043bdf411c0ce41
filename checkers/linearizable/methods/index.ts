/** The methods for each family of models, the cheapest first. */

import type { Family } from '../../models/model.ts';
import type { Method } from '../method.ts';

export const methods: Readonly<Record<Family, readonly Method[]>> = {
  register: [],
  kv: [],
  'append-list': [],
  set: [],
  'fifo-queue': [],
  stack: [],
  'priority-queue': [],
};
