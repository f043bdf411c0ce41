/** Who may import whom: cli -> runner -> {cluster, generator, workloads, nemesis, checkers, reports, store} -> history. */

/** Everything of ours; what lies outside is a package or a module of Node. */
const ours = '^(src|nemesis|checkers|systems|reports|bench|test)/';
const leaves = '^src/(random|errors)\\.ts$';
const words = '^systems/protocol\\.ts$';

/** Files under `from` import, of ours, only what matches one of `allowed`; types may come from `types` besides. */
function only(name, comment, from, allowed, types = []) {
  const rule = (suffix, severity, to) => ({ name: `${name}${suffix}`, comment, severity, from: { path: from }, to });
  const values = rule('', 'error', {
    path: ours,
    pathNot: allowed,
    dependencyTypesNot: ['type-only'],
  });
  const onlyTypes = rule('-types', 'error', {
    path: ours,
    pathNot: [...allowed, ...types],
    dependencyTypes: ['type-only'],
  });
  return [values, onlyTypes];
}

const npm = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'No circles at all, types included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'It is not there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency',
      comment: 'What the package runs must be installed with it.',
      severity: 'error',
      from: { path: '^(src|nemesis|checkers|systems|reports)/' },
      // Of the faces for Vitest and fast-check, the user brings the other half.
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'], pathNot: '/@types/' },
    },
    {
      name: 'no-undeclared-package',
      comment: 'It is installed by accident: add it to package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'Tests and benchmarks see the code, never the other way round.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },

    {
      name: 'protocol-is-alone',
      comment: 'systems/protocol.ts is what everything else stands on.',
      severity: 'error',
      from: { path: words },
      to: { path: '.' },
    },
    {
      name: 'systems-own-folder',
      comment: 'A system sees only systems/protocol.ts and the files of its own folder.',
      severity: 'error',
      from: { path: '^systems/([^/]+)/' },
      to: { path: '.', pathNot: ['^systems/$1/', words] },
    },
    {
      name: 'systems-index',
      comment: 'The list of systems sees systems.',
      severity: 'error',
      from: { path: '^systems/[^/]+\\.ts$' },
      to: { path: '.', pathNot: '^systems/' },
    },

    ...only('checkers-see-history', 'Checkers see only src/history.', '^checkers/', ['^checkers/', '^src/history/']),
    {
      name: 'checkers-are-pure',
      comment: 'Checkers are pure functions: no packages, no modules of Node.',
      severity: 'error',
      from: { path: '^checkers/' },
      to: { dependencyTypes: [...npm, 'core'] },
    },
    ...only(
      'reports-see-the-store',
      'Reports see only what the store holds, and how a system is told.',
      '^reports/',
      ['^reports/', '^src/store/', '^src/history/', '^src/transcript/', leaves],
      ['^checkers/', '^nemesis/', '^src/cluster/faults\\.ts$'],
    ),
    ...only(
      'nemesis-sees-fault-control',
      'The nemesis sees only the cluster’s fault interface.',
      '^nemesis/',
      ['^nemesis/', '^src/cluster/(faults|clock)\\.ts$', '^src/history/', '^src/generator/', leaves],
      [words],
    ),

    ...only('leaves', 'src/random.ts and src/errors.ts import nothing of ours.', leaves, []),
    ...only('history', 'Histories are at the bottom.', '^src/history/', ['^src/history/', leaves], [words]),
    ...only('generator', 'Generators are pure values over histories.', '^src/generator/', [
      '^src/generator/',
      '^src/history/',
      leaves,
    ]),
    ...only(
      'node',
      'A node’s process knows nothing of the test around it.',
      '^src/node/',
      ['^src/node/', '^systems/', '^src/cluster/clock\\.ts$', leaves],
      ['^src/cluster/faults\\.ts$'],
    ),
    ...only('cluster', 'A cluster knows nodes, not what is tested with them.', '^src/cluster/', [
      '^src/cluster/',
      '^src/node/',
      words,
      '^src/history/',
      leaves,
    ]),
    ...only(
      'store',
      'The store knows the forms of what it holds, not who made it.',
      '^src/store/',
      ['^src/store/', '^src/history/', leaves],
      ['^checkers/', '^nemesis/', '^src/cluster/', '^src/workloads/', words],
    ),
    ...only(
      'workloads',
      'A workload is a generator, a client and checkers.',
      '^src/workloads/',
      ['^src/workloads/', '^src/generator/', '^src/history/', '^src/cluster/cluster\\.ts$', '^checkers/', leaves],
      [words, '^src/cluster/'],
    ),
    ...only(
      'transcripts',
      'A transcript knows what is told of a system and how; not who plays it.',
      '^src/transcript/',
      ['^src/transcript/', '^src/cluster/cluster\\.ts$', '^systems/', leaves],
    ),
    ...only(
      'scenarios',
      'A scenario is played on the simulator, and its history is checked; it knows nothing of runs and their store.',
      '^src/scenario/',
      [
        '^src/scenario/',
        '^src/transcript/',
        '^src/cluster/(cluster|clock|faults)\\.ts$',
        '^src/cluster/simulator/',
        '^src/runner/recorder\\.ts$',
        '^src/history/',
        '^checkers/',
        '^systems/',
        leaves,
      ],
    ),
    {
      name: 'fuzz-below-cli',
      comment: 'Campaigns stand on everything that a run is made of; only the command line stands on them.',
      severity: 'error',
      from: { pathNot: ['^src/fuzz/', '^src/cli/', '^test/', '^bench/'] },
      to: { path: '^src/fuzz/' },
    },
    {
      name: 'runner-below-cli',
      comment: 'The command line is on top: only the package’s entry stands beside it.',
      severity: 'error',
      from: { pathNot: ['^src/cli/', '^test/', '^bench/'] },
      to: { path: '^src/cli/' },
    },
    {
      name: 'nothing-imports-the-entry',
      comment: 'src/index.ts is for users of the package.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^src/index\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^store/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    cache: false,
  },
};
