/** What is mutated together, and the tests that judge it: the nearest first. */

export interface Group {
  /** Globs of sources. */
  readonly mutate: readonly string[];
  /** Test files in the order in which they are run; a mutant is done with the first that fails. */
  readonly tests: readonly string[];
}

const sources = 'checkers/linearizable';
const judges = 'test/checkers/linearizable';

const tests = (...names: readonly string[]): readonly string[] => names.map((name) => `${judges}/${name}.test.ts`);
const methods = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `${sources}/methods/${name}.ts`);

/** Every source of `checkers/linearizable` is in exactly one of them: a test says so. */
export const groups: Readonly<Record<string, Group>> = {
  chains: {
    mutate: [
      ...methods('register-zones', 'kv-registers'),
      ...methods('register/chains', 'register/operations', 'register/order', 'register/sources'),
    ],
    tests: tests(
      'methods/elements',
      'methods/applicability',
      'methods/register-chains',
      'methods/register',
      'methods/kv',
    ),
  },
  loose: {
    mutate: methods(
      'register/candidates',
      'register/exhaust',
      'register/placement',
      'register/rounds',
      'register/settle',
      'register/task',
      'register/unplaceable',
    ),
    tests: tests(
      'methods/register-candidates',
      'methods/register-placement',
      'methods/register-exhaust',
      'methods/register-rounds',
      'methods/register-settle',
      'methods/register',
    ),
  },
  containers: {
    mutate: methods('containers/*'),
    tests: tests('methods/applicability', 'methods/containers', 'methods/container-pieces', 'methods/fifo-queue'),
  },
  queues: {
    mutate: methods('fifo-queue*', 'priority-queue*'),
    tests: tests('methods/applicability', 'methods/fifo-queue', 'methods/priority-queue'),
  },
  stack: {
    mutate: methods('stack*'),
    tests: tests('methods/elements', 'methods/applicability', 'methods/stack-bottoms', 'methods/stack'),
  },
  sets: { mutate: methods('set*'), tests: tests('methods/applicability', 'methods/set') },
  lists: {
    mutate: methods('append-list', 'elements', 'index'),
    tests: tests('methods/elements', 'methods/applicability', 'methods/append-list', 'front-end'),
  },
  'kv-appends': {
    mutate: methods('kv-appends', 'kv-appends/*'),
    tests: tests('methods/elements', 'methods/applicability', 'methods/kv-appends-parts', 'methods/kv-appends'),
  },
  tables: {
    mutate: [`${sources}/general/{hash,heap,timeline,transitions,visited}.ts`],
    tests: tests('general/hash', 'general/heap', 'general/timeline', 'general/transitions', 'general/visited'),
  },
  search: {
    mutate: [`${sources}/general/{explorer,search,setting,tuning}.ts`],
    tests: tests('general/few-configurations', 'general/search', 'general/budget'),
  },
  refutation: {
    mutate: [`${sources}/general/{classes,pursuit,reachable,refutation,tries}.ts`],
    tests: tests(
      'general/classes',
      'general/tries',
      'general/reachable',
      'general/windows',
      'general/pursuit',
      'general/few-configurations',
      'general/refutation',
      'general/budget',
    ),
  },
  evidence: {
    mutate: [`${sources}/evidence/*.ts`, `${sources}/replay-witness.ts`],
    tests: [
      ...tests(
        'replay-witness',
        'evidence/lines',
        'evidence/dependence',
        'evidence/taken-away',
        'evidence/shrink',
        'evidence/prefix',
        'evidence/states',
        'evidence/failure',
        'evidence',
      ),
      'test/checkers/register.test.ts',
    ],
  },
  'front-end': {
    mutate: [`${sources}/*.ts`, `!${sources}/replay-witness.ts`],
    tests: [
      ...tests('conclusion', 'part', 'turns', 'check-parts', 'streaming', 'front-end'),
      'test/checkers/budget.test.ts',
      'test/checkers/register.test.ts',
    ],
  },
};
