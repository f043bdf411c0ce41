/** Reads the parameters of a fault plan. Plans come back from files, so what is wrong in them is said to the person. */

import type { NodeId } from '../systems/protocol.ts';
import type { Edge } from '../src/cluster/faults.ts';
import { UsageError, unknownName } from '../src/errors.ts';
import type { FaultPlan } from './fault.ts';

/** A finite number. */
export function planNumber(plan: FaultPlan, parameter: string): number {
  const value = plan[parameter];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(plan, parameter, 'a number');
  return value;
}

/** One of `nodes`. */
export function planNode(plan: FaultPlan, parameter: string, nodes: readonly NodeId[]): NodeId {
  return known(plan, parameter, nodes, plan[parameter]);
}

/** At least one of `nodes`. */
export function planNodes(plan: FaultPlan, parameter: string, nodes: readonly NodeId[]): readonly NodeId[] {
  const value = plan[parameter];
  if (!Array.isArray(value) || value.length === 0) throw wrong(plan, parameter, 'a list of nodes');
  return value.map((node) => known(plan, parameter, nodes, node));
}

/** At least two lists of nodes. */
export function planGroups(
  plan: FaultPlan,
  parameter: string,
  nodes: readonly NodeId[],
): readonly (readonly NodeId[])[] {
  const value = plan[parameter];
  if (!Array.isArray(value) || value.length < 2) throw wrong(plan, parameter, 'a list of groups of nodes');
  return value.map((group) => {
    if (!Array.isArray(group)) throw wrong(plan, parameter, 'a list of groups of nodes');
    return group.map((node) => known(plan, parameter, nodes, node));
  });
}

/** At least one pair of nodes. */
export function planEdges(plan: FaultPlan, parameter: string, nodes: readonly NodeId[]): readonly Edge[] {
  const value = plan[parameter];
  const expected = 'a list of [from, to] pairs';
  if (!Array.isArray(value) || value.length === 0) throw wrong(plan, parameter, expected);
  return value.map((pair): Edge => {
    if (!Array.isArray(pair) || pair.length !== 2) throw wrong(plan, parameter, expected);
    return [known(plan, parameter, nodes, pair[0]), known(plan, parameter, nodes, pair[1])];
  });
}

/** The error for a shape that a fault kind does not have. */
export function unknownShape(kind: string, plan: FaultPlan, shapes: readonly string[]): UsageError {
  return unknownName(`shape of ${kind}`, plan.shape, shapes);
}

function known(plan: FaultPlan, parameter: string, nodes: readonly NodeId[], node: unknown): NodeId {
  if (typeof node !== 'string') throw wrong(plan, parameter, 'made of node names');
  if (!nodes.includes(node)) throw unknownName(`node in the fault plan "${plan.shape}"`, node, nodes);
  return node;
}

function wrong(plan: FaultPlan, parameter: string, expected: string): UsageError {
  const found = plan[parameter] === undefined ? 'is missing' : `is ${JSON.stringify(plan[parameter])}`;
  return new UsageError(`fault plan "${plan.shape}": "${parameter}" ${found}; it should be ${expected}`);
}
