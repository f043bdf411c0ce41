/** The built-in models beside the plain objects that they specify. */

import { models } from '../../../checkers/models/index.ts';
import type { Model } from '../../../checkers/models/model.ts';
import { multiRegister } from '../../../checkers/models/multi-register.ts';
import { withInit } from '../../../checkers/models/with-init.ts';
import * as plain from './plain.ts';

export interface Kind {
  readonly name: string;
  readonly plain: plain.Plain;
  readonly model: Model<unknown>;
}

function kind<State>(name: string, object: plain.Plain, model: Model<State>): Kind {
  return { name, plain: object, model };
}

export const kinds: readonly Kind[] = [
  kind('register', plain.register, models.register),
  kind('register from 0', plain.from(0, plain.register), withInit(models.register, 0)),
  kind('kv', plain.kv, models.kv),
  kind('kv from "a"', plain.from('a', plain.kv), withInit(models.kv, 'a')),
  kind('append-list', plain.appendList, models['append-list']),
  kind('append-list from [0, 3]', plain.from([0, 3], plain.appendList), withInit(models['append-list'], [0, 3])),
  kind('counter', plain.counter, models.counter),
  kind('set', plain.set, models.set),
  kind('set from [0, 1]', plain.from([0, 1], plain.set), withInit(models.set, [0, 1])),
  kind('fifo-queue', plain.fifoQueue, models['fifo-queue']),
  kind('fifo-queue from [1, 2]', plain.from([1, 2], plain.fifoQueue), withInit(models['fifo-queue'], [1, 2])),
  kind('unordered-queue', plain.unorderedQueue, models['unordered-queue']),
  kind('stack', plain.stack, models.stack),
  kind('priority-queue', plain.priorityQueue, models['priority-queue']),
  kind('mutex', plain.mutex, models.mutex),
  kind('reentrant-mutex', plain.reentrantMutex, models['reentrant-mutex']),
  kind('fenced-lock', plain.fencedLock, withInit(models['fenced-lock'], 0)),
  kind('leased-lock', plain.leasedLock, withInit(models['leased-lock'], 0)),
  kind('semaphore', plain.semaphore, withInit(models.semaphore, 2)),
  kind('multi-register', plain.multiRegister, models['multi-register']),
  kind('multi-register of fixed keys', plain.multiRegister, multiRegister({ 0: null, 1: null })),
];
