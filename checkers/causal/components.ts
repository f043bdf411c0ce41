/** Strongly connected components (Tarjan 1972) without recursion: a cycle may have as many nodes as the history. */

/**
 * The components that have a cycle, of the graph of the nodes of `roots` and what comes after them. `successor(n, i)`
 * is the i-th node after n, or -1 when there are no more. Nodes of a component are in no order.
 */
export function cyclicComponents(
  nodes: number,
  roots: Iterable<number>,
  successor: (node: number, i: number) => number,
): readonly Int32Array[] {
  /** By node: 0 before it is seen, else 1 + its number in the order in which nodes are seen. */
  const seen = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  const onStack = new Uint8Array(nodes);
  /** How many successors were looked at. */
  const next = new Int32Array(nodes);
  const stack = new Int32Array(nodes);
  const path = new Int32Array(nodes);
  const found: Int32Array[] = [];
  let stacked = 0;
  let count = 0;
  for (const root of roots) {
    if (seen[root] !== 0) continue;
    let depth = 0;
    const enter = (node: number): void => {
      seen[node] = low[node] = ++count;
      onStack[node] = 1;
      stack[stacked++] = node;
      path[depth++] = node;
    };
    enter(root);
    while (depth > 0) {
      const node = path[depth - 1] as number;
      const i = next[node] as number;
      const to = successor(node, i);
      if (to >= 0) {
        next[node] = i + 1;
        if (seen[to] === 0) enter(to);
        else if (onStack[to] === 1) low[node] = Math.min(low[node] as number, seen[to] as number);
        continue;
      }
      depth--;
      if (depth > 0) {
        const above = path[depth - 1] as number;
        low[above] = Math.min(low[above] as number, low[node] as number);
      }
      if (low[node] !== seen[node]) continue;
      const end = stacked;
      do onStack[stack[--stacked] as number] = 0;
      while (stack[stacked] !== node);
      if (end - stacked > 1 || isAfterItself(node)) found.push(stack.slice(stacked, end));
    }
  }
  return found;

  function isAfterItself(node: number): boolean {
    for (let i = 0; i < (next[node] as number); i++) if (successor(node, i) === node) return true;
    return false;
  }
}
