/** Generators: the combinators, and what counts as a generator. */

export type { Context, Generator, Invocation, Step, Thread } from './generator.ts';
export { log, sleep } from './aside.ts';
export { limit, once, processLimit, untilOk } from './bounds.ts';
export { any, flipFlop, mix, type Salted } from './choice.ts';
export { perKeyConcurrent, perKeySequential, type Keys } from './keys.ts';
export { lift, nothing, type GeneratorLike, type Make, type Template } from './lift.ts';
export { scheduled, type ScheduledOperation } from './schedule.ts';
export { andThen, concat, cycle, phases, repeat, synchronize } from './sequence.ts';
export { clients, eachProcess, eachThread, nemesis, onThreads, reserve } from './threads.ts';
export { delay, stagger, timeLimit } from './time.ts';
export { filter, map, onUpdate, type UpdateHandler } from './transform.ts';
export { validate } from './validate.ts';
