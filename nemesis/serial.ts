/** Runs asynchronous actions one after another. */
export type Serial = <T>(action: () => Promise<T>) => Promise<T>;

/** A queue of its own: each action starts when those before it have settled, whatever became of them. */
export function serial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const result = last.then(action);
    last = result.catch(() => undefined);
    return result;
  };
}
