/** All checkers and models. */

export * from './append.ts';
export * from './availability.ts';
export * from './causal/checker.ts';
export * from './crashes.ts';
export * from './eventual/convergence.ts';
export * from './eventual/strong-eventual.ts';
export * from './exceptions.ts';
export * from './faults.ts';
export * from './invariants.ts';
export * from './linearizable/linearizable.ts';
export type * from './linearizable/verdict.ts';
export * from './models/index.ts';
export * from './models/model.ts';
export * from './models/nondeterministic.ts';
export * from './models/with-init.ts';
export * from './stats.ts';
export * from './transactions/transactions.ts';
export * from './verdict.ts';
