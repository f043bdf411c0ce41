/** Lint rules with types. Those for `systems/` keep clocks, randomness, timers and promises out of protocols. */

import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const byName = (names, message) => names.map((name) => ({ name, message }));

/** `no-restricted-syntax` is replaced, not merged, by a later block: each block spreads the lists it wants. */
const everywhere = [
  { selector: 'TSEnumDeclaration', message: 'Types must be erasable: use a union of literals.' },
  { selector: 'TSParameterProperty', message: 'Types must be erasable: declare the field and assign it.' },
  {
    selector: 'TSModuleDeclaration[kind!="global"][declare!=true]',
    message: 'Types must be erasable: use a module.',
  },
];

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Export by name, so that a thing has one name everywhere.',
};

const moduleLevel = ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration';
const shared = 'Module-level state is shared by all nodes of a simulation: keep it in the protocol’s own fields.';
const notReadonly = '[id.typeAnnotation.typeAnnotation.typeName.name!=/^Readonly/]';

const protocolSyntax = [
  { selector: ':function[async=true]', message: 'Handlers are synchronous: no async functions in a protocol.' },
  { selector: 'AwaitExpression, ForOfStatement[await=true]', message: 'Handlers are synchronous: nothing to await.' },
  { selector: 'ImportExpression', message: 'Import statically: a dynamic import is a promise.' },
  { selector: 'MetaProperty[meta.name="import"]', message: 'A protocol does not know where it runs.' },
  { selector: `${moduleLevel}[kind=/^(let|var)$/]`, message: shared },
  {
    selector: `${moduleLevel} > VariableDeclarator${notReadonly} > NewExpression[callee.name=/^(Weak)?(Map|Set)$|Array$/]`,
    message: `${shared} A constant table is typed ReadonlyMap or ReadonlySet.`,
  },
  {
    selector: `${moduleLevel} > VariableDeclarator${notReadonly}[id.typeAnnotation.typeAnnotation.operator!="readonly"] > ArrayExpression`,
    message: `${shared} A constant list is typed readonly, or is \`as const\`.`,
  },
  { selector: 'PropertyDefinition[static=true][readonly!=true]', message: shared },
  {
    selector: 'MemberExpression[property.name=/^(localeCompare|toLocale\\w*)$/]',
    message: 'The answer depends on the machine’s locale: compare with < and >.',
  },
];

/** The language defines these exactly on every machine; `Math.log`, `sin`, `pow` and their kin may differ in the last bit. */
const inexactMath = ['acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp', 'expm1'];
const inexactMathToo = ['hypot', 'log', 'log10', 'log1p', 'log2', 'pow', 'sin', 'sinh', 'tan', 'tanh'];

const protocolGlobals = [
  ...byName(['Date'], 'Use env.wallNow(): the nemesis may skew it, and the simulator decides it.'),
  ...byName(['performance'], 'Use env.monotonicNow().'),
  ...byName(
    ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'clearTimeout', 'clearInterval', 'clearImmediate'],
    'Use env.setTimer(name, afterMs) and env.cancelTimer(name).',
  ),
  ...byName(['crypto'], 'Use env.random(): the run’s seed decides it.'),
  ...byName(['Promise'], 'Handlers are synchronous: no promises in a protocol.'),
  ...byName(
    ['process', 'global', 'globalThis', 'require', 'fetch', 'Intl', 'Atomics', 'SharedArrayBuffer'],
    'A protocol touches nothing but its own fields and its Env.',
  ),
  ...byName(['WeakRef', 'FinalizationRegistry'], 'When memory is collected differs from run to run.'),
  ...byName(['console'], 'Use env.probe(name, detail).'),
];

/** What lies beside a file, and besides what `allowed` matches. */
const ownFolder = (allowed) => [
  'error',
  {
    patterns: [
      {
        regex: `^(?!\\./(?!.*\\.\\./)|${allowed})`,
        message: 'A system sees only systems/protocol.ts and the files of its own folder.',
      },
    ],
  },
];

export default defineConfig(
  { ignores: ['dist/', 'store/', 'node_modules/', '**/*.js', '**/*.cjs', '**/*.mjs'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...everywhere, noDefaultExport],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // `as T` after a bounds check that the compiler can't see is the house's way; `!` is not.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // An `async` method without `await` turns what it throws into a rejection, which is what its interface says.
      '@typescript-eslint/require-await': 'off',
      // Objects here are records of closures; in classes protocols call each other’s methods by name.
      '@typescript-eslint/unbound-method': 'off',
      // An interface is not assignable to Json's index signature, a type is.
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    files: ['src/cli/**/*.ts', 'src/node/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.config.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere] },
  },
  {
    files: ['systems/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...everywhere, noDefaultExport, ...protocolSyntax],
      'no-restricted-globals': ['error', ...protocolGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use env.random(): the run’s seed decides it.' },
        ...[...inexactMath, ...inexactMathToo].map((property) => ({
          object: 'Math',
          property,
          message: 'Its last bit may differ between machines: use integers or a table.',
        })),
      ],
      'no-restricted-imports': ownFolder('\\.\\./protocol\\.ts$'),
    },
  },
  {
    // A folder in a system's own folder.
    files: ['systems/*/*/**/*.ts'],
    rules: { 'no-restricted-imports': ownFolder('\\.\\./(?!.*\\.\\./)(?!protocol\\.ts)|\\.\\./\\.\\./protocol\\.ts$') },
  },
);
