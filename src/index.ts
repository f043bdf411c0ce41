/**
 * Clew as a library: what a test, a system of your own or a checker in your own test suite needs. Nothing else is public.
 */

export { exitCodes, RunError, UsageError } from './errors.ts';

export type { History, Json, Operation, OperationType, Process } from './history/operation.ts';
export { readHistoryFile } from './history/reader.ts';
export type { HistoryColumns } from './history/columns.ts';
export { columnsOf } from './history/columns-builder.ts';
export { historyOf } from './history/history-of.ts';
export type { ColumnsRead, Format, ReadColumnsOptions } from './history/read-columns.ts';
export { readColumns } from './history/read-columns.ts';

export type {
  CreateProtocol,
  Disk,
  DiskImage,
  DiskLog,
  Env,
  Mutant,
  NotPlanted,
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
export type { CheckOptions, LinearizableOptions } from '../checkers/linearizable/linearizable.ts';
export { checkLinearizable, linearizable } from '../checkers/linearizable/linearizable.ts';
export type { Failure, LinearizableVerdict, SubHistory, Undecided } from '../checkers/linearizable/verdict.ts';
export type { StreamingCheck, StreamingOptions } from '../checkers/linearizable/streaming.ts';
export { streaming } from '../checkers/linearizable/streaming.ts';
export type { ModelName } from '../checkers/models/index.ts';
export { models } from '../checkers/models/index.ts';
export type { Explanation, Family, Model, ModelOperation, TimedOperation } from '../checkers/models/model.ts';
export { byKey, impossible } from '../checkers/models/model.ts';
export { multiRegister } from '../checkers/models/multi-register.ts';
export { semaphore } from '../checkers/models/semaphore.ts';
export { nondeterministic } from '../checkers/models/nondeterministic.ts';
export { withInit } from '../checkers/models/with-init.ts';

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
