/** Who decides which of the waiting tasks is released next. */

import fc from 'fast-check';
import type { Task } from './schedule.ts';

export interface Strategy {
  readonly scheduler: fc.Scheduler;
  /** Called before each step with what can be released, the task that the run would go on with by itself first. */
  choose(options: readonly Task[], step: number): void;
}

/** At step `step`, the task of that name goes first. It counts for nothing where there is no such task. */
export interface Deviation {
  readonly step: number;
  readonly task: string;
}

/** As fast-check's own scheduler draws it. */
export function drawn(scheduler: fc.Scheduler): Strategy {
  return {
    scheduler,
    choose() {
      // The scheduler draws by itself.
    },
  };
}

/**
 * The process that went last goes on as long as it can, then the next one, but for `deviations` from that. Most bugs
 * need only a few: delay-bounded scheduling (Emmi, Qadeer, Rakamaric, POPL 2011).
 */
export function deviating(deviations: readonly Deviation[]): Strategy {
  const byStep = new Map(deviations.map(({ step, task }) => [step, task]));
  return directed((options, step) => {
    const wanted = byStep.get(step);
    return options.find(({ name }) => name === wanted);
  });
}

/**
 * Tasks in the order of their names in `order`, as far as they are there; others go when the run comes to them by
 * itself and none of `order` can. With the names that an earlier run took, in turn, it is that run again.
 */
export function guided(order: readonly string[]): Strategy {
  const places = new Map(order.map((name, place) => [name, place]));
  return directed((options) => {
    let first: Task | undefined;
    let earliest = Infinity;
    for (const task of options) {
      const place = places.get(task.name) ?? Infinity;
      if (place >= earliest) continue;
      earliest = place;
      first = task;
    }
    return first;
  });
}

function directed(pick: (options: readonly Task[], step: number) => Task | undefined): Strategy {
  // The scheduler looks up the number of each next task in this list when it is about to release it.
  const ordering: number[] = [];
  return {
    scheduler: fc.schedulerFor(ordering),
    choose(options, step) {
      const task = pick(options, step) ?? options[0];
      if (task !== undefined) ordering.push(task.id);
    },
  };
}

/** `tasks` in the order in which a run prefers them by itself when `last` went last. */
export function preferred(tasks: readonly Task[], last: number | null): readonly Task[] {
  const rank = ({ process }: Task): number => {
    if (process === null) return Infinity;
    return last !== null && process < last ? process + Number.MAX_SAFE_INTEGER / 2 : process;
  };
  return tasks.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x === y ? a.id - b.id : x - y;
  });
}
