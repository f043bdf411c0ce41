/** What nodes of the causal store say to each other and what they keep. Everything is JSON and never changes once made. */

import type { Json, NodeId } from '../protocol.ts';
import { entry, type VectorTime } from './vector-time.ts';

/**
 * One write. `vt` is the vector time that it carries (VT(m) in Birman, Schiper and Stephenson): its own number at its
 * sender, and for every other node how many of that node's writes it comes after. `time` decides between writes of the
 * same key; ties go to the greater sender.
 */
export type Write = {
  readonly sender: NodeId;
  readonly vt: VectorTime;
  readonly time: number;
  readonly key: string;
  readonly value: Json;
};

/** Which of its sender's writes this is, from 1 on. */
export const numberOf = ({ sender, vt }: Write): number => entry(vt, sender);

/** Writes that the receiver may not have; with `more` there are others like them, for whoever asks again. */
export type Writes = { readonly type: 'writes'; readonly writes: readonly Write[]; readonly more: boolean };

/** What the sender has applied for good; asks for what it lacks. */
export type Have = { readonly type: 'have'; readonly vt: VectorTime };

export type CausalMessage = Writes | Have;

/** What a key holds: the winner among its writes. */
export type Version = { readonly time: number; readonly sender: NodeId; readonly value: Json };

/** The store after the first `position` writes of the log. */
export type Snapshot = {
  readonly position: number;
  readonly vt: VectorTime;
  readonly time: number;
  readonly versions: readonly (readonly [key: string, version: Version])[];
};
