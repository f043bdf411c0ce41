/**
 * Clew as a library: what a test, a system of your own or a checker in your own test suite needs. Nothing else is public.
 */

export { exitCodes, RunError, UsageError } from './errors.ts';

export type { History, Json, Operation, OperationType, Process } from './history/operation.ts';
export { readHistoryFile } from './history/reader.ts';

export type {
  CreateProtocol,
  Disk,
  DiskImage,
  DiskLog,
  Env,
  Mutant,
  NodeId,
  Protocol,
  Request,
  RequestId,
  Response,
  SyncTicket,
  System,
} from '../systems/protocol.ts';
export { invariant, InvariantViolation } from '../systems/protocol.ts';
export { systems } from '../systems/index.ts';

export type { Composed, Checker, Valid, Verdict } from '../checkers/verdict.ts';
export { compose, mergeValid } from '../checkers/verdict.ts';
export type { Failure, LinearizableVerdict } from '../checkers/linearizable/verdict.ts';
export { linearizable } from '../checkers/linearizable/linearizable.ts';
export type { Model, ModelOperation } from '../checkers/models/model.ts';
export { impossible } from '../checkers/models/model.ts';
export { register as registerModel } from '../checkers/models/register.ts';
export { appendList as appendListModel } from '../checkers/models/append-list.ts';

export type { RunEvent, RunObserver, Tick } from './runner/observer.ts';
export { silentObserver } from './runner/observer.ts';
export type { TestOptions } from './runner/options.ts';
export type { RunSummary } from './runner/one-run.ts';
export type { RunResult } from './runner/run.ts';
export { runTest } from './runner/run.ts';
export type { ReplayOptions, ReplayResult } from './runner/replay.ts';
export { replay } from './runner/replay.ts';

export type { ResultsRecord, TestRecord, TraceRecord } from './store/run.ts';
export type { RunData } from './store/read.ts';
export { readRun } from './store/read.ts';
