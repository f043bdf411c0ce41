/** As much of `vitest` as the judging tests use: they are collected, to be run when and as often as it is asked for. */

import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';

export interface Test {
  readonly id: string;
  readonly file: string;
  readonly run: () => unknown;
}

export const tests: Test[] = [];
/** The file whose tests are being collected. */
export const loading = { file: '' };

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
(chai.expect as unknown as { extend(on: object, matchers: object): void }).extend(chai.expect, customMatchers);
const all = globalThis as unknown as Record<symbol, object>;
export const expect = Object.assign(
  (value: unknown, message?: string): unknown => chai.expect(value, message),
  chai.expect,
  all[ASYMMETRIC_MATCHERS_OBJECT],
);
all[GLOBAL_EXPECT] = expect;
setState({ assertionCalls: 0 }, expect as never);

const suites: string[] = [];

function collect(name: string, run: () => unknown): void {
  tests.push({ id: [loading.file, ...suites, name].join(' > '), file: loading.file, run });
}

function suite(name: string, body: () => void): void {
  suites.push(name);
  body();
  suites.pop();
}

type Body = (...values: readonly unknown[]) => unknown;
type Collect = (name: string, body: () => void) => void;

const eachOf = (act: Collect) => (cases: readonly unknown[]) => (name: string, body: Body) => {
  for (const [at, one] of cases.entries()) {
    const values: readonly unknown[] = Array.isArray(one) ? one : [one];
    act(`${name} (${at})`, () => body(...values));
  }
};

export const test = Object.assign(collect, { each: eachOf(collect) });
export const it = test;
export const describe = Object.assign(suite, { each: eachOf(suite) });
