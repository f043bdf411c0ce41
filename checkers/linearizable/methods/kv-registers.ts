/** A key of a key-value store to which nothing is appended: a register, in which a delete writes absent. */

import { kvCalls } from '../../models/vocabulary.ts';
import type { Method } from '../method.ts';
import { decideRegister } from './register-zones.ts';
import type { RegisterCall } from './register/operations.ts';

const meanings = { get: 'read', put: 'write', cas: 'cas', delete: 'delete', append: null } as const;

export const kvRegisters: Method = {
  name: 'kv-registers',
  decide: (model, part) => decideRegister(model, part, (f): RegisterCall | null => meanings[kvCalls.known(f)]),
};
