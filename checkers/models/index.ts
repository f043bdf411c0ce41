/** The built-in models by their names. */

import { appendList } from './append-list.ts';
import { counter } from './counter.ts';
import { fencedLock, leasedLock } from './fenced-lock.ts';
import { fifoQueue } from './fifo-queue.ts';
import { kv } from './kv.ts';
import { anyRegisters } from './multi-register.ts';
import { mutex } from './mutex.ts';
import { priorityQueue } from './priority-queue.ts';
import { reentrantMutex } from './reentrant-mutex.ts';
import { register } from './register.ts';
import { semaphore } from './semaphore.ts';
import { set } from './set.ts';
import { stack } from './stack.ts';
import { unorderedQueue } from './unordered-queue.ts';

/** What `--model` takes. All start from the state that their files say; `withInit` changes that. */
export const models = {
  register,
  'cas-register': register,
  'multi-register': anyRegisters,
  kv,
  'append-list': appendList,
  counter,
  set,
  'fifo-queue': fifoQueue,
  'unordered-queue': unorderedQueue,
  stack,
  'priority-queue': priorityQueue,
  mutex,
  'reentrant-mutex': reentrantMutex,
  'fenced-lock': fencedLock,
  'leased-lock': leasedLock,
  semaphore: semaphore(1),
} as const;

export type ModelName = keyof typeof models;

/** One line about each: its operations, and what `withInit` takes. */
export const modelDescriptions: Readonly<Record<ModelName, string>> = {
  register: 'read, write, cas of one value; init: the value',
  'cas-register': 'another name of register',
  'multi-register': 'txn of reads and writes over several keys, atomic; init: an object with the value of every key',
  kv: 'get, put, append, cas, delete by key; init: the value of every key',
  'append-list': 'append, read of the whole list; init: a list',
  counter: 'add, subtract, read, add-and-get, get-and-add; init: an integer',
  set: 'add, remove, contains, read of the whole set; init: a list of its elements',
  'fifo-queue': 'enqueue, dequeue, first in first out; init: a list, the oldest first',
  'unordered-queue': 'enqueue, dequeue in any order; init: a list',
  stack: 'push, pop, last in first out; init: a list, the top last',
  'priority-queue': 'insert, delete-min, the smallest number or [priority, element] first; init: a list',
  mutex: 'acquire, release by anyone; init: "free" or "held"',
  'reentrant-mutex': 'acquire, release by its owner, as often as acquired; init: how often at most',
  'fenced-lock': 'acquire with a growing token, release by its owner; init: the token before the first',
  'leased-lock': 'acquire with a growing token, held for an uncertain time; init: the token before the first',
  semaphore: 'acquire, release of permits; init: how many there are (1)',
};
