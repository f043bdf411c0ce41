/** The idioms there are, by the name of their system. */

import type { Idiom } from '../idiom.ts';
import { causalStoreIdiom } from './causal-store.ts';
import { plain } from './plain.ts';
import { raftIdiom } from './raft.ts';

const idioms: ReadonlyMap<string, Idiom> = new Map([
  ['raft', raftIdiom],
  ['causal-store', causalStoreIdiom],
]);

/** That of the system of this name, or what fits any. */
export const idiomOf = (system: string): Idiom => idioms.get(system) ?? plain;
