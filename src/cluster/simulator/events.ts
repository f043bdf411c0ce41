/** Everything that can come to pass in a simulated run. */

import type { Json, Request, Response, SyncTicket } from '../../../systems/protocol.ts';
import type { Timed } from './heap.ts';
import type { Link } from './network.ts';

/** A timer of a node. It may be set again to a later time while an event for its earlier time still waits. */
export interface Timer {
  readonly name: string;
  /** When it fires, in µs; -1 when cancelled. */
  dueUs: number;
  /** Time of the event that waits for it; -1 when none does. */
  waitingUs: number;
}

/** One call of a client, settled by whichever comes first of answer, refusal, loss and timeout. */
export interface Call {
  /** How long its next message is on its way, in µs. */
  latencyUs(): number;
  answer(response: Response): void;
  fail(error: Error): void;
}

/** What happens at a node, or between two. */
export type NodeDuty =
  | { readonly kind: 'deliver'; readonly link: Link; readonly message: Json }
  | { readonly kind: 'ping'; readonly link: Link; readonly sentUs: number; readonly reply: boolean }
  | { readonly kind: 'pings' }
  | { readonly kind: 'timer'; readonly node: number; readonly incarnation: number; readonly timer: Timer }
  | { readonly kind: 'synced'; readonly node: number; readonly incarnation: number; readonly ticket: SyncTicket }
  | { readonly kind: 'request'; readonly node: number; readonly request: Request; readonly call: Call };

/** Either a node's duty or an action of the control side; an action that was taken back is null. */
export interface SimulatedEvent extends Timed {
  readonly duty: NodeDuty | null;
  action: (() => void) | null;
}
