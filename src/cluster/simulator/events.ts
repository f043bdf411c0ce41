/** Everything that can come to pass in a simulated run. */

import type { Json, NodeId, Request, Response, SyncTicket } from '../../../systems/protocol.ts';
import type { Link } from './network.ts';
import type { Timer } from './timers.ts';

/** One call of a client, settled by whichever comes first of answer, refusal, loss and timeout. */
export interface Call {
  /** The client's name. */
  readonly client: string;
  /** When the request left. */
  readonly sentUs: number;
  /** How long its next message is on its way, in µs. */
  latencyUs(): number;
  answer(response: Response): void;
  fail(error: Error): void;
}

/** What a node has to do. */
export type NodeDuty =
  | { readonly kind: 'deliver'; readonly link: Link; readonly message: Json }
  /** `atUs` is when it came up first: of a timer that was set again, only the last event counts. */
  | {
      readonly kind: 'timer';
      readonly node: number;
      readonly incarnation: number;
      readonly timer: Timer;
      readonly atUs: number;
    }
  | { readonly kind: 'synced'; readonly node: number; readonly incarnation: number; readonly ticket: SyncTicket }
  | { readonly kind: 'request'; readonly node: number; readonly request: Request; readonly call: Call };

export type Duty =
  | NodeDuty
  /** A node takes the next thing from its backlog, unless that was emptied since. `taken` says what it was. */
  | { readonly kind: 'work'; readonly node: number; readonly backlog: number; taken: NodeDuty | null }
  /** A node's process starts, unless it runs already. */
  | { readonly kind: 'start'; readonly node: number; readonly started: (refusal: string | null) => void }
  | { readonly kind: 'ping'; readonly link: Link; readonly sentUs: number; readonly reply: boolean }
  | { readonly kind: 'pings' };

/** An action of the control side; null once it was done or taken back. */
export interface ControlAction {
  readonly kind: 'control';
  action: (() => void) | null;
}

export type SimulatedEvent = Duty | ControlAction;

/** One line about an event, for a person. */
export function describeEvent(event: SimulatedEvent, ids: readonly NodeId[]): string {
  const name = (position: number): NodeId => ids[position] ?? '?';
  switch (event.kind) {
    case 'deliver':
      return `${name(event.link.to)} hears ${name(event.link.from)}: ${JSON.stringify(event.message)}`;
    case 'timer':
      return `${name(event.node)}'s timer ${event.timer.name}`;
    case 'synced':
      return `${name(event.node)}'s sync ${event.ticket}`;
    case 'request':
      return `${name(event.node)} is asked ${JSON.stringify(event.request)}`;
    case 'work':
      return event.taken === null ? `${name(event.node)} goes on` : describeEvent(event.taken, ids);
    case 'start':
      return `${name(event.node)} starts`;
    case 'ping':
      return `${name(event.link.to)} is pinged by ${name(event.link.from)}`;
    case 'pings':
      return 'pings';
    case 'control':
      return 'the control side';
  }
}
