/**
 * What stands behind the arrows of an argument: every order between operations as a chain of messages, po and rf from
 * one operation to the next, with as few messages as there are.
 *
 * - CO from a to b is such a chain itself.
 * - CF (Bouajjani, Enea, Guerraoui, Hamza, POPL 2017, section 4), HB of a session (definition 5 there), and the order of
 *   versions of session guarantees put w1 before w2 because a read returned w2 and knew of w1: a chain from w1 to the
 *   read, and rf from w2 to it. Who knows by what depends on the model: a session guarantee by its own kind of path, PRAM
 *   by what the process itself read, read committed and read atomic by one step.
 * - In a view of one session, and in what every total order must hold, a read may know by orders that were found before:
 *   they are steps of its chain, and have steps of their own in the argument.
 * - A read comes before what replaced the write that it returned: a chain from that write to the one that replaced it.
 */

import { arrowOf, nodePath, type NodeStep, type PathRules } from '../causal/paths.ts';
import type { Arrow, ConsistencyModel } from '../causal/patterns.ts';
import { INITIAL, isPoBefore, type Relations } from '../causal/relations.ts';
import { guarantees } from '../causal/sessions.ts';
import { guaranteeNodePath } from '../causal/sessions-paths.ts';

export interface Unfolded {
  readonly arrow: Arrow;
  /**
   * For CO from the one end to the other, else as above. Empty where the arrow is a step of po or rf itself, where both
   * ends of the chain are one operation, and where no chain is known.
   */
  readonly path: readonly Arrow[];
  /** Where the arrow is so because of what a read returned: rf from the write to the read. */
  readonly returned: Arrow | null;
}

/** In whose view: the model, and the process for models that ask for a view of each. */
export interface View {
  readonly model: ConsistencyModel;
  readonly process?: number | undefined;
}

export function unfold(relations: Relations, view: View, arrows: readonly Arrow[]): readonly Unfolded[] {
  const found = new Map<Arrow, Unfolded>();
  const known: Arrow[] = [];
  // A chain rests on orders that have one themselves: so none rests on itself.
  for (let before = -1; before < found.size;) {
    before = found.size;
    const into = intoNode(relations, known);
    const open = arrows.filter((arrow) => !found.has(arrow));
    for (const arrow of open) {
      const { ends, returned } = endsOf(relations, arrow);
      const path = ends === null ? [] : chain(relations, view, ends, arrow, into);
      if (path === null) continue;
      found.set(arrow, { arrow, path: path.map((step) => arrowOf(relations, step)), returned });
      if (isOrder(arrow)) known.push(arrow);
    }
  }
  return arrows.map((arrow) => found.get(arrow) ?? { arrow, path: [], returned: endsOf(relations, arrow).returned });
}

const isOrder = ({ relation }: Arrow): boolean => relation !== 'po' && relation !== 'rf' && relation !== 'co';

interface Ends {
  /** Nodes; null where there is nothing to unfold. */
  readonly ends: readonly [from: number, to: number] | null;
  readonly returned: Arrow | null;
}

/** From where to where the chain goes that stands behind an arrow. */
function endsOf(relations: Relations, { from, to, relation, because }: Arrow): Ends {
  const { nodeOf, row } = relations;
  const between = (a: number, b: number): Ends['ends'] => {
    const [x, y] = [nodeOf[a] ?? -1, nodeOf[b] ?? -1];
    return x < 0 || y < 0 ? null : [x, y];
  };
  switch (relation) {
    case 'po':
    case 'rf':
      return { ends: null, returned: null };
    case 'co':
      return { ends: between(from, to), returned: null };
    case 'cf':
    case 'hb':
    case 'vo':
      if (because === undefined) return { ends: between(from, to), returned: null };
      return {
        ends: between(from, because),
        returned: to === because ? null : { from: to, to: because, relation: 'rf' },
      };
    case 'fr': {
      const replaced = returnedUnder(relations, from, to);
      // Every write comes after the initial value.
      if (replaced < 0) return { ends: null, returned: null };
      const write = row[replaced] as number;
      return { ends: between(write, to), returned: { from: write, to: from, relation: 'rf' } };
    }
  }
}

/** The node whose write a read (row) returned, of a key that another operation (row) writes; -1 for the initial value. */
function returnedUnder({ nodeOf, start, isWrite, key, from, node }: Relations, read: number, write: number): number {
  const [reader, writer] = [nodeOf[read] ?? -1, nodeOf[write] ?? -1];
  if (reader < 0 || writer < 0) return -1;
  const written = new Set<number | undefined>();
  for (let access = start[writer] as number; access < (start[writer + 1] as number); access++) {
    if (isWrite[access] === 1) written.add(key[access]);
  }
  for (let access = start[reader] as number; access < (start[reader + 1] as number); access++) {
    const returned = from[access] as number;
    if (isWrite[access] === 0 && returned > INITIAL && written.has(key[access])) return node[returned] as number;
  }
  return -1;
}

/** Null where there is no chain (yet). */
function chain(
  relations: Relations,
  { model, process }: View,
  [from, to]: readonly [number, number],
  { relation, because }: Arrow,
  into: PathRules['into'],
): readonly NodeStep[] | null {
  if (from === to) return [];
  const guarantee = guarantees.find((each) => each === model);
  if (relation === 'vo' && because !== undefined && guarantee !== undefined) {
    const path = guaranteeNodePath(relations, guarantee, from, to);
    if (path.length > 0) return path;
  }
  if (relation === 'cf') {
    const isDirect = readDirectly(relations, from, to);
    if (model === 'read-committed') return isDirect ? [[from, to, 'rf']] : null;
    if (model === 'read-atomic' && isPoBefore(relations, from, to)) return [[from, to, 'po']];
    if (model === 'read-atomic' && isDirect) return [[from, to, 'rf']];
  }
  const { columns, row } = relations;
  const hears = (node: number): boolean => columns.process[row[node] as number] === process;
  const rules: PathRules = model === 'PRAM' && process !== undefined ? { hears } : {};
  return nodePath(relations, from, to, isOrderOfWrites(relation) && into !== undefined ? { ...rules, into } : rules);
}

/** Orders that may rest on orders. */
const isOrderOfWrites = (relation: Arrow['relation']): boolean => relation === 'hb' || relation === 'fr';

function readDirectly({ start, isWrite, from, node }: Relations, writer: number, reader: number): boolean {
  for (let access = start[reader] as number; access < (start[reader + 1] as number); access++) {
    const returned = from[access] as number;
    if (isWrite[access] === 0 && returned > INITIAL && node[returned] === writer) return true;
  }
  return false;
}

function intoNode({ nodeOf }: Relations, arrows: readonly Arrow[]): PathRules['into'] {
  const steps = new Map<number, NodeStep[]>();
  for (const { from, to, relation } of arrows) {
    const [a, b] = [nodeOf[from] ?? -1, nodeOf[to] ?? -1];
    if (a < 0 || b < 0) continue;
    const known = steps.get(b);
    if (known === undefined) steps.set(b, [[a, b, relation]]);
    else known.push([a, b, relation]);
  }
  return (node) => steps.get(node) ?? [];
}
