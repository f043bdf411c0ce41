import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint();

/** The rules that report `text`, were it the text of `file` (which exists: type-aware rules want a file of the project). */
async function reported(file: string, text: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(text, { filePath: file });
  return [...new Set(result?.messages.map(({ ruleId, message }) => ruleId ?? message))];
}

const system = 'systems/raft/system.ts';

describe('a protocol', () => {
  const forbidden: readonly (readonly [what: string, text: string, rule: string])[] = [
    ['reads the date', 'export const f = (): number => Date.now();', 'no-restricted-globals'],
    ['makes a date', 'export const f = (): object => new Date();', 'no-restricted-globals'],
    ['reads the monotonic clock', 'export const f = (): number => performance.now();', 'no-restricted-globals'],
    ['draws a random number', 'export const f = (): number => Math.random();', 'no-restricted-properties'],
    [
      'draws one by another name',
      'const { random } = Math;\nexport const f = (): number => random();',
      'no-restricted-properties',
    ],
    ['takes an inexact logarithm', 'export const f = (): number => Math.log(2);', 'no-restricted-properties'],
    ['sets a timeout', 'export const f = (): object => setTimeout(() => undefined, 1);', 'no-restricted-globals'],
    ['sets an interval', 'export const f = (): object => setInterval(() => undefined, 1);', 'no-restricted-globals'],
    ['waits for a turn', 'export const f = (): object => setImmediate(() => undefined);', 'no-restricted-globals'],
    ['waits for a microtask', 'export const f = (): void => queueMicrotask(() => undefined);', 'no-restricted-globals'],
    ['uses crypto', 'export const f = (): string => crypto.randomUUID();', 'no-restricted-globals'],
    ['looks at the process', 'export const f = (): number => process.pid;', 'no-restricted-globals'],
    ['reaches for the global object', 'export const f = (): object => globalThis;', 'no-restricted-globals'],
    ['prints', 'export const f = (): void => console.log(1);', 'no-restricted-globals'],
    ['makes a promise', 'export const f = (): unknown => Promise.resolve(1);', 'no-restricted-globals'],
    ['has an async function', 'export const f = async (): Promise<void> => undefined;', 'no-restricted-syntax'],
    ['has an async method', 'export const o = { async f() { return 1; } };', 'no-restricted-syntax'],
    ['awaits', 'export const f = await g();\ndeclare const g: () => PromiseLike<1>;', 'no-restricted-syntax'],
    ['imports at run time', "export const f = (): unknown => import('./log.ts');", 'no-restricted-syntax'],
    ['has a variable of the module', 'let count = 0;\nexport const f = (): number => ++count;', 'no-restricted-syntax'],
    ['exports a variable', 'export let count = 0;\ncount++;', 'no-restricted-syntax'],
    ['has a map of the module', 'export const seen = new Map<string, number>();', 'no-restricted-syntax'],
    ['has a list of the module', 'export const seen: string[] = [];', 'no-restricted-syntax'],
    ['has a static field', 'export class A { static count = 0; readonly b = 1; }', 'no-restricted-syntax'],
    ['compares by locale', "export const f = (a: string): number => a.localeCompare('b');", 'no-restricted-syntax'],
    ['imports from Node', "export { join } from 'node:path';", 'no-restricted-imports'],
    ['imports a package', "export { Command } from 'commander';", 'no-restricted-imports'],
    ['imports the control node', "export { key } from '../../src/random.ts';", 'no-restricted-imports'],
    ['imports another system', "export { systems } from '../index.ts';", 'no-restricted-imports'],
    ['leaves its folder by a detour', "export { systems } from './../index.ts';", 'no-restricted-imports'],
  ];

  it.each(forbidden)('that %s is reported', async (_, text, rule) => {
    expect(await reported(system, text)).toContain(rule);
  });

  it('may have constants, and import its siblings and the protocol interface', async () => {
    const text = [
      "import { invariant } from '../protocol.ts';",
      "import './log.ts';",
      "export const roles = ['leader', 'follower'] as const;",
      "export const list: readonly string[] = ['a'];",
      "export const table: ReadonlyMap<string, number> = new Map([['a', 1]]);",
      "export const names: ReadonlySet<string> = new Set(['a']);",
      'export const f = (a: number): number => {',
      '  let b = Math.max(Math.floor(a), 1);',
      "  invariant(b > 0, 'positive');",
      '  b += list.length;',
      '  return b;',
      '};',
    ].join('\n');
    expect(await reported(system, text)).toEqual([]);
  });
});

describe('code anywhere', () => {
  const forbidden: readonly (readonly [what: string, text: string, rule: string])[] = [
    ['any', 'export const f = (a: any): unknown => a;', '@typescript-eslint/no-explicit-any'],
    [
      'a non-null assertion',
      'export const f = (a: string | null): string => a!;',
      '@typescript-eslint/no-non-null-assertion',
    ],
    ['a default export', 'export default 1;', 'no-restricted-syntax'],
    ['a default export by renaming', 'const a = 1;\nexport { a as default };', 'no-restricted-syntax'],
    ['an enum', 'export enum A { b }', 'no-restricted-syntax'],
    ['a parameter property', 'export class A { constructor(readonly b: number) {} }', 'no-restricted-syntax'],
    ['a namespace', 'export namespace A { export const b = 1; }', 'no-restricted-syntax'],
    [
      'a promise that nobody waits for',
      'export const f = (g: () => Promise<void>): void => { g(); };',
      '@typescript-eslint/no-floating-promises',
    ],
    [
      'a type imported as a value',
      "import { Clock } from './cluster/clock.ts';\nexport type C = Clock;",
      '@typescript-eslint/consistent-type-imports',
    ],
    [
      'a switch that forgets a case',
      "export const f = (a: 'b' | 'c'): void => { switch (a) { case 'b': break; } };",
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
    ['printing', 'console.log(1);\nexport {};', 'no-console'],
    ['loose equality', 'export const f = (a: unknown): boolean => a == 1;', 'eqeqeq'],
  ];

  it.each(forbidden)('with %s is reported', async (_, text, rule) => {
    expect(await reported('src/errors.ts', text)).toContain(rule);
  });

  it('may print in the command line, and export a default in a configuration file', async () => {
    expect(await reported('src/cli/list.ts', 'console.log(1);\nexport {};')).toEqual([]);
    expect(await reported('vitest.config.ts', 'export default 1;')).toEqual([]);
  });
});
