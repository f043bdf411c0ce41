/** The model that a name and an initial value stand for. */

import { complete, type CompleteModel, type Model } from '../../checkers/models/model.ts';
import { models } from '../../checkers/models/index.ts';
import { withInit } from '../../checkers/models/with-init.ts';
import type { ModelChoice } from './protocol.ts';

/** Throws a TypeError that says what fits if the initial value does not. */
export function chosenModel({ name, init }: ModelChoice): CompleteModel<unknown> {
  const model = models[name] as Model<unknown>;
  return complete(init === undefined ? model : withInit(model, init));
}
