/** Evaluates a system's invariants after every event of a simulated run. */

import type { ClusterState, Invariant, InvariantWatch, NodeId, Request, Response } from '../../../systems/protocol.ts';
import { messageOf } from '../../errors.ts';

export interface InvariantChecks {
  /** Something has happened at `node`, and its handler has returned. */
  happened(node: NodeId): void;
  /** `node` is answering: to be looked at once its handler has returned. */
  answered(node: NodeId, request: Request, response: Response): void;
}

/** Tells `onViolation` once of each invariant that is broken; an invariant that throws counts as broken. */
export function invariantChecks(
  invariants: readonly Invariant[],
  state: ClusterState,
  onViolation: (node: NodeId, invariant: string, why: string) => void,
): InvariantChecks {
  const whole = new Set(invariants.map((invariant) => ({ name: invariant.name, watch: invariant.watch(state) })));
  let answers: { readonly node: NodeId; readonly request: Request; readonly response: Response }[] = [];

  const ask = (node: NodeId, look: (watch: InvariantWatch) => string | null | undefined): void => {
    for (const each of whole) {
      let why: string | null | undefined;
      try {
        why = look(each.watch);
      } catch (thrown) {
        why = `the invariant itself failed: ${messageOf(thrown)}`;
      }
      if (why === null || why === undefined) continue;
      whole.delete(each);
      onViolation(node, each.name, why);
    }
  };

  return {
    happened(node) {
      if (whole.size === 0) return;
      ask(node, (watch) => watch.onEvent?.(node));
      if (answers.length === 0) return;
      const given = answers;
      answers = [];
      for (const { node: by, request, response } of given) ask(by, (watch) => watch.onReply?.(by, request, response));
    },
    answered(node, request, response) {
      if (whole.size > 0) answers.push({ node, request, response });
    },
  };
}
