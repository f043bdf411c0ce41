/** Evaluates a system's invariants after every event of a simulated run. */

import type { ClusterState, Invariant, InvariantWatch, NodeId, Request, Response } from '../../../systems/protocol.ts';
import { messageOf } from '../../errors.ts';

export interface InvariantChecks {
  /** Something has happened at `node`, and its handler has returned. */
  happened(node: NodeId): void;
  /** `node` is answering: to be looked at once its handler has returned. */
  answered(node: NodeId, request: Request, response: Response): void;
}

interface Watched {
  readonly name: string;
  readonly watch: InvariantWatch;
}

/** Tells `onViolation` once of each invariant that is broken; an invariant that throws counts as broken. */
export function invariantChecks(
  invariants: readonly Invariant[],
  state: ClusterState,
  onViolation: (node: NodeId, invariant: string, why: string) => void,
): InvariantChecks {
  let whole: readonly Watched[] = invariants.map(({ name, watch }) => ({ name, watch: watch(state) }));
  let answers: { readonly node: NodeId; readonly request: Request; readonly response: Response }[] = [];

  const broken = (each: Watched, node: NodeId, why: string): void => {
    whole = whole.filter((other) => other !== each);
    onViolation(node, each.name, why);
  };
  const failed = (each: Watched, node: NodeId, thrown: unknown): void => {
    broken(each, node, `the invariant itself failed: ${messageOf(thrown)}`);
  };

  return {
    happened(node) {
      for (const each of whole) {
        try {
          const why = each.watch.onEvent?.(node) ?? null;
          if (why !== null) broken(each, node, why);
        } catch (thrown) {
          failed(each, node, thrown);
        }
      }
      if (answers.length === 0) return;
      const given = answers;
      answers = [];
      for (const { node: by, request, response } of given) {
        for (const each of whole) {
          try {
            const why = each.watch.onReply?.(by, request, response) ?? null;
            if (why !== null) broken(each, by, why);
          } catch (thrown) {
            failed(each, by, thrown);
          }
        }
      }
    },
    answered(node, request, response) {
      if (whole.length > 0) answers.push({ node, request, response });
    },
  };
}
