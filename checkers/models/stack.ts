/**
 * A stack, last in first out, or many under different keys. It is empty at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `push` (`add`) | the element, which can't be null | `ok` |
 * | `pop` (`remove`, `take`) | null | `ok`: the element, or null if it was empty |
 *
 * A pop that failed tells nothing. One of unknown outcome may have removed the newest element, if there was one.
 */

import { overtaken } from './container-explanation.ts';
import { lineModel, type Line } from './line-model.ts';
import type { Model } from './model.ts';
import { emptySequence, newestOf, withoutNewest, type Sequence } from './sequence.ts';
import { stackCalls } from './vocabulary.ts';

const line: Line = {
  name: 'stack',
  words: {
    what: 'a stack',
    calls: stackCalls,
    insert: 'push',
    remove: 'pop',
    inserted: 'pushed',
    removed: 'popped',
  },
  initial: 'a list of elements, the top last',
  next: newestOf,
  without: withoutNewest,
  overtaken: overtaken.byOlder,
};

export const stack: Model<Sequence> = lineModel(line, emptySequence);
