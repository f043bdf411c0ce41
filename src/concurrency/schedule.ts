/**
 * Where the object under test lets others go first. A point is a task of fast-check's scheduler: it waits there until
 * the scheduler releases it, and nothing else is released until all that follows from it has come to rest.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type fc from 'fast-check';
import { named, textOf } from './words.ts';

/**
 * Which of the ways of a call take time. A request that takes time may arrive after one that was sent later; an answer
 * that takes time tells of what was true when the request arrived, not of what is true now.
 */
export type Delays = 'request' | 'response' | 'both';

export interface WrapOptions {
  /** What the function is called in a counterexample. Default: its own name. */
  readonly name?: string;
  /** Default: `'both'`, as in a network. */
  readonly delays?: Delays;
}

/** A record of functions; anything else in it is left as it is. */
export type Wrapped<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : Functions[Name];
};

/** The handle from which the dependencies of an object under test are made. */
export interface Schedule {
  /**
   * `fn` as a remote call: the scheduler decides when the request arrives (`fn` is called then) and when the answer does
   * (the promise settles then). `fn` may be synchronous or not; what it throws is the answer, too.
   */
  wrap<Args extends readonly unknown[], Result>(
    fn: (...args: Args) => Result,
    options?: WrapOptions,
  ): (...args: Args) => Promise<Awaited<Result>>;
  /** All functions of `functions` wrapped, each under its name; methods keep their `this`. */
  wrapAll<Functions extends object>(functions: Functions, options?: Pick<WrapOptions, 'delays'>): Wrapped<Functions>;
  /** Resolves when the scheduler comes to it: a timer, a tick, a place where another process may go first. */
  point(name?: string): Promise<void>;
}

/** Something that waits to be released. */
export interface Task {
  /** The number that fast-check gives it: the first has 1. */
  readonly id: number;
  /** The process on whose behalf it waits; null for one that began outside of every operation. */
  readonly process: number | null;
  /** The same in every run in which its operation comes as far: `<operation>.<ordinal>`. */
  readonly name: string;
}

/** An operation in progress. */
export interface Owner {
  readonly process: number;
  /** Its `Call.id`. */
  readonly id: string;
}

export interface SchedulePort {
  readonly schedule: Schedule;
  /** What waits to be released, by number. */
  waiting(): readonly Task[];
  /** The point at which `owner` begins. Says `words` when it is released. */
  begin(owner: Owner, words: () => string): Promise<void>;
  /** Runs `action` as `owner`: what it and everything that it awaits schedules is that operation's. */
  within<T>(owner: Owner, action: () => T): T;
  /** From here on points wait; before, they go straight through. */
  open(): void;
}

export interface ScheduleHooks {
  /** A task was scheduled. */
  scheduled(): void;
  /** A task is released; whatever follows happens after. */
  released(task: Task): void;
  /** What a process does at the step that was released last. `words` is called at once or never. */
  said(process: number | null, words: () => string): void;
}

const owners = new AsyncLocalStorage<Owner>();

export function schedulePort(scheduler: fc.Scheduler, hooks: ScheduleHooks): SchedulePort {
  const waiting = new Map<number, Task>();
  const ordinals = new Map<string, number>();
  let isOpen = false;
  let lastId = 0;

  const point = (owner: Owner | null): Promise<void> => {
    if (!isOpen) return Promise.resolve();
    const of = owner?.id ?? 'object';
    const ordinal = (ordinals.get(of) ?? 0) + 1;
    ordinals.set(of, ordinal);
    const task: Task = { id: ++lastId, process: owner?.process ?? null, name: `${of}.${ordinal}` };
    waiting.set(task.id, task);
    hooks.scheduled();
    return scheduler.schedule(Promise.resolve(), task.name).then(() => {
      waiting.delete(task.id);
      hooks.released(task);
    });
  };
  const current = (): Owner | null => owners.getStore() ?? null;
  const says = (owner: Owner | null, words: () => string): void => {
    hooks.said(owner?.process ?? null, words);
  };

  const wrap = <Args extends readonly unknown[], Result>(
    fn: (...args: Args) => Result,
    { name = fn.name === '' ? 'call' : fn.name, delays = 'both' }: WrapOptions = {},
  ): ((...args: Args) => Promise<Awaited<Result>>) => {
    return async (...args): Promise<Awaited<Result>> => {
      const owner = current();
      if (delays !== 'response') await point(owner);
      try {
        const result: Awaited<Result> = await fn(...args);
        says(owner, () => `${named(name, args)} is performed${resultText(result)}`);
        return result;
      } catch (thrown) {
        says(owner, () => `${named(name, args)} is refused: ${textOf(thrown)}`);
        throw thrown;
      } finally {
        if (delays !== 'request') {
          await point(owner);
          says(owner, () => `${named(name, args)} is answered`);
        }
      }
    };
  };

  return {
    schedule: {
      wrap,
      wrapAll<Functions extends object>(functions: Functions, options: Pick<WrapOptions, 'delays'> = {}) {
        const wrapped: Record<string, unknown> = {};
        for (const name of namesOf(functions)) {
          const value: unknown = Reflect.get(functions, name);
          wrapped[name] = isFunction(value)
            ? wrap((...args: readonly unknown[]) => value.apply(functions, [...args]), { ...options, name })
            : value;
        }
        return wrapped as Wrapped<Functions>;
      },
      async point(name = 'point') {
        const owner = current();
        await point(owner);
        says(owner, () => `${name} is passed`);
      },
    },
    waiting: () => [...waiting.values()],
    async begin(owner, words) {
      await point(owner);
      says(owner, words);
    },
    within: (owner, action) => owners.run(owner, action),
    open() {
      isOpen = true;
    },
  };
}

const resultText = (result: unknown): string => (result === undefined ? '' : `: ${textOf(result)}`);

const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

/** Names of an object's own properties and of the methods of its class. */
function namesOf(object: object): readonly string[] {
  const names = new Set<string>();
  for (let at: object | null = object; at !== null && at !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== 'constructor') names.add(name);
    at = Reflect.getPrototypeOf(at);
  }
  return [...names];
}
