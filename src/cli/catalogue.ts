/** Everything that can be named on the command line, as rows for `clew list`. */

import { unknownName } from '../errors.ts';

/** One thing with a name. The other fields are for programs; a person sees name and description. */
export interface Row {
  readonly name: string;
  readonly description: string;
  readonly [field: string]: string | readonly string[];
}

/** What each checker looks for. Those of a workload are made by it; the rest run over every history. */
const looksFor: Readonly<Record<string, string>> = {
  linearizable: 'an order of all operations, each between its invocation and completion, that the model allows',
  causal:
    'reads that no causal order of reads and writes allows, and orders of writes that sessions disagree on (CC, CCv)',
  convergence: 'whether all nodes agree on every key once the faults are over, and after how long',
  append: 'elements that were lost, came twice or from nowhere, and reads that do not agree on the order',
  consistency: 'which models of consistency the history satisfies (only with --consistency)',
  stats: 'kinds of operation that never succeeded; counts them by outcome',
  invariants: 'what must hold of all nodes together after every event, in the simulator',
  crashes: 'nodes that stopped with an exception or a violated invariant',
  faults: 'evidence that every fault asked for took effect',
  availability: 'the longest time without a success, and whether successes came back after healing',
  exceptions: 'the distinct errors that clients saw; never invalid',
};

const catalogue: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  async systems() {
    const { systems } = await import('../../systems/index.ts');
    return systems.map(({ name, description, workloads, survives, mutants }) => {
      return { name, description, workloads, survives, mutants: mutants.map((mutant) => mutant.name) };
    });
  },
  async mutants() {
    const { systems } = await import('../../systems/index.ts');
    return systems.flatMap((system) =>
      system.mutants.map(({ name, broken, source, faults, killedBy, workload }) => {
        const served = workload ?? system.workloads[0] ?? '';
        return { name, description: broken, system: system.name, source, faults, killedBy, workload: served };
      }),
    );
  },
  async workloads() {
    const { workloads } = await import('../workloads/index.ts');
    return workloads.map((workload) => {
      const checkers = workload.checkers(0).map((checker) => checker.name);
      return { name: workload.name, description: workload.description, checkers };
    });
  },
  async faults() {
    const { faultKinds } = await import('../../nemesis/index.ts');
    return faultKinds.map(({ name, description, needs }) => ({ name, description, needs }));
  },
  async checkers() {
    const [{ workloads }, { availability, crashes, exceptions, faults, invariants }] = await Promise.all([
      import('../workloads/index.ts'),
      import('../../checkers/index.ts'),
    ]);
    const always = [invariants([]), crashes([]), faults([]), availability(), exceptions()].map(
      (checker) => checker.name,
    );
    const own = workloads.flatMap((workload) =>
      workload.checkers(0).map((checker) => ({ checker: checker.name, workload: workload.name })),
    );
    return [...new Set([...own.map(({ checker }) => checker), ...always])].map((name) => {
      const users = own.filter(({ checker }) => checker === name).map(({ workload }) => workload);
      return { name, description: looksFor[name] ?? '', workloads: always.includes(name) ? ['all'] : users };
    });
  },
  async consistency() {
    const { lattice, transactionLattice } = await import('../../checkers/spectrum/lattice.ts');
    const ofTransactions = transactionLattice.filter(({ model }) => lattice.every((other) => other.model !== model));
    return [...lattice, ...ofTransactions].map(({ model, title, promise }) => {
      return { name: model, description: `${title}: ${promise}` };
    });
  },
  async models() {
    const { modelDescriptions } = await import('../../checkers/models/index.ts');
    return Object.entries(modelDescriptions).map(([name, description]) => ({ name, description }));
  },
};

/** What `clew list` can list. */
export const listed: readonly string[] = Object.keys(catalogue);

/** The rows of one list, in their natural order; a UsageError for a list that there isn't. */
export async function rowsOf(what: string): Promise<readonly Row[]> {
  const rows = catalogue[what];
  if (rows === undefined) throw unknownName('list', what, listed);
  return rows();
}
