/** Ways to make a listed plan simpler. Each is a list of items to leave out, or a plan that might do as well. */

import type { FaultRecord } from '../../../nemesis/records.ts';
import type { NodeId } from '../../../systems/protocol.ts';
import type { Json } from '../../history/operation.ts';
import type { ListedCourse, OperationRecord, RunPlan } from '../../store/plan.ts';

export type ListedPlan = RunPlan & { readonly course: ListedCourse };

export function isListed(plan: RunPlan): plan is ListedPlan {
  return plan.course.kind === 'listed';
}

export function withCourse(plan: ListedPlan, course: Partial<ListedCourse>): ListedPlan {
  return { ...plan, course: { ...plan.course, ...course } };
}

/** Without anything that begins after `endMs`. */
export function until(plan: ListedPlan, endMs: number): ListedPlan {
  const { operations, faults, healMs } = plan.course;
  return withCourse(plan, {
    operations: operations.filter(({ atMs }) => atMs <= endMs),
    faults: faults.filter(({ atMs }) => atMs <= endMs),
    healMs: healMs.filter((atMs) => atMs <= endMs),
  });
}

/** The plan with fewer nodes; what concerned the others is left out, or no longer touches them. */
export function withNodes(plan: ListedPlan, nodes: readonly NodeId[]): ListedPlan {
  const here = (node: NodeId): boolean => nodes.includes(node);
  const faults = plan.course.faults.flatMap((record): readonly FaultRecord[] => {
    if ('node' in record) return here(record.node) ? [record] : [];
    if (record.kind === 'partition') {
      const edges = record.edges.filter((edge) => edge.every(here));
      return edges.length === 0 ? [] : [{ ...record, edges }];
    }
    if ('clogged' in record) {
      const clogged = record.clogged.filter((edge) => edge.every(here));
      return clogged.length === 0 ? [] : [{ ...record, clogged }];
    }
    const rules = record.rules
      .map((rule) => ({ ...rule, edges: rule.edges.filter((edge) => edge.every(here)) }))
      .filter(({ edges }) => edges.length > 0);
    return rules.length === 0 ? [] : [{ ...record, rules }];
  });
  const { progress } = plan;
  return {
    ...withCourse(plan, {
      faults,
      operations: plan.course.operations.filter(({ node }) => node === undefined || here(node)),
    }),
    nodes,
    progress: progress === null ? null : { ...progress, quorum: progress.quorum.filter(here) },
  };
}

/** Plans that leave one thing of the world as it is by default. */
export function plainerWorlds(plan: ListedPlan): readonly ListedPlan[] {
  const without = <T extends object>(of: T): readonly T[] =>
    Object.keys(of).map((name) => Object.fromEntries(Object.entries(of).filter(([other]) => other !== name)) as T);
  return [
    ...(Object.keys(plan.simulator).length > 1 ? [{ ...plan, simulator: {} }] : []),
    ...(Object.keys(plan.settings).length > 1 ? [{ ...plan, settings: {} }] : []),
    ...without(plan.simulator).map((simulator) => ({ ...plan, simulator })),
    ...without(plan.settings).map((settings) => ({ ...plan, settings })),
  ];
}

/**
 * Keys k1, k2, … and written values 1, 2, … in the order in which they come up; with `threads`, threads from 0 without
 * gaps as well, which may be at home elsewhere then.
 */
export function renumbered(plan: ListedPlan, { threads: renumbersThreads }: { readonly threads: boolean }): ListedPlan {
  const { operations } = plan.course;
  const threads = [...new Set(operations.map(({ thread }) => thread))].sort((a, b) => a - b);
  const keys = new Map<string, string>();
  const values = new Map<string, number>();
  const keyOf = (key: string): string => keys.get(key) ?? (keys.set(key, `k${keys.size + 1}`).get(key) as string);
  const valueOf = (value: Json): Json => {
    if (value === null) return null;
    if (Array.isArray(value)) return value.map(valueOf);
    if (typeof value === 'object') return value;
    const name = JSON.stringify(value);
    return values.get(name) ?? (values.set(name, values.size + 1).get(name) as number);
  };
  const renamed = operations.map((operation): OperationRecord => {
    const { key, value, thread } = operation;
    return {
      ...operation,
      thread: renumbersThreads ? threads.indexOf(thread) : thread,
      ...(key === undefined ? {} : { key: keyOf(key) }),
      value: valueOf(value),
    };
  });
  return {
    ...withCourse(plan, { operations: renamed }),
    concurrency: 1 + Math.max(0, ...renamed.map(({ thread }) => thread)),
  };
}
