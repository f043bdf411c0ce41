/** Evaluates a system's invariants after every event of a simulated run. */

import type { ClusterState, Invariant, NodeId, Request, Response } from '../../../systems/protocol.ts';
import { messageOf } from '../../errors.ts';

export interface InvariantChecks {
  /** Something has happened at `node`, and its handler has returned. */
  happened(node: NodeId): void;
  /** `node` is answering: to be looked at once its handler has returned. */
  answered(node: NodeId, request: Request, response: Response): void;
}

interface Watched {
  readonly name: string;
  readonly onEvent: (node: NodeId) => string | null;
  readonly onReply: (node: NodeId, request: Request, response: Response) => string | null;
}

interface Answer {
  readonly node: NodeId;
  readonly request: Request;
  readonly response: Response;
}

const never = (): null => null;

/** Tells `onViolation` once of each invariant that is broken; an invariant that throws counts as broken. */
export function invariantChecks(
  invariants: readonly Invariant[],
  state: ClusterState,
  onViolation: (node: NodeId, invariant: string, why: string) => void,
): InvariantChecks {
  // All are told of one event before the next: the node that it is about is inspected once for all of them.
  let current: NodeId | null = null;
  let inspected: object | null = null;
  const still: ClusterState = {
    nodes: state.nodes,
    node: (id) => (id === current ? inspected : state.node(id)),
    disk: (id) => state.disk(id),
  };
  const whole = invariants.map(({ name, watch }): Watched => {
    const watching = watch(still);
    return {
      name,
      onEvent: watching.onEvent?.bind(watching) ?? never,
      onReply: watching.onReply?.bind(watching) ?? never,
    };
  });
  let onEvents = whole.filter(({ onEvent }) => onEvent !== never);
  let onReplies = whole.filter(({ onReply }) => onReply !== never);
  let answers: Answer[] = [];

  const look = (node: NodeId): void => {
    current = node;
    inspected = state.node(node);
  };
  const broken = (each: Watched, node: NodeId, why: string): void => {
    onEvents = onEvents.filter((other) => other !== each);
    onReplies = onReplies.filter((other) => other !== each);
    onViolation(node, each.name, why);
  };
  /** Tells `each` of an answer, or else of an event at `node`. */
  const judge = (each: Watched, node: NodeId, answer: Answer | null): void => {
    let why: string | null;
    try {
      why = answer === null ? each.onEvent(node) : each.onReply(node, answer.request, answer.response);
    } catch (thrown) {
      why = `the invariant itself failed: ${messageOf(thrown)}`;
    }
    if (why !== null) broken(each, node, why);
  };

  return {
    happened(node) {
      look(node);
      for (const each of onEvents) judge(each, node, null);
      if (answers.length === 0) return;
      const given = answers;
      answers = [];
      for (const answer of given) {
        look(answer.node);
        for (const each of onReplies) judge(each, answer.node, answer);
      }
    },
    answered(node, request, response) {
      if (onReplies.length > 0) answers.push({ node, request, response });
    },
  };
}
