/**
 * A run that looks like a real one, made up from a seed: five nodes of a register store for 60 s, faults about every five
 * seconds, about 6,000 operations. The history is that of an atomic register; with `stale`, one read returns a value that
 * had been overwritten before it began.
 */

import { compose, type Verdict } from '../../checkers/verdict.ts';
import type { Failure, LinearizableVerdict } from '../../checkers/linearizable/verdict.ts';
import type { Json, Operation } from '../../src/history/operation.ts';
import { random, type Random } from '../../src/random.ts';
import { value } from '../../reports/words.ts';
import type { RunData } from '../../src/store/read.ts';
import type { TestRecord, TraceRecord } from '../../src/store/run.ts';

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
const threads = 10;
const endMs = 60_000;
const colours = { partition: '#8067c7', kill: '#d0504b', pause: '#d99a2b', clock: '#2f9c95', packet: '#5b8dd6' };

export interface SampleOptions {
  readonly seed?: number;
  /** Plants one stale read and the verdict that goes with it. */
  readonly stale?: boolean;
  readonly ratePerS?: number;
}

interface Fault {
  readonly id: number;
  readonly kind: keyof typeof colours;
  readonly shape: string;
  readonly nodes: readonly string[];
  readonly groups?: readonly (readonly string[])[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly detail: string;
}

function drawFaults(draw: Random): Fault[] {
  const kinds = ['partition', 'kill', 'pause', 'clock'] as const;
  return Array.from({ length: 11 }, (_, id): Fault => {
    const kind = kinds[id % kinds.length] ?? 'kill';
    const fromMs = 1_200 + id * 5_000 + draw.int(1_500);
    const toMs = fromMs + 2_000 + draw.int(2_500);
    const order = draw.shuffle(nodes);
    const base = { id, kind, fromMs, toMs };
    if (kind === 'partition') {
      const groups = [order.slice(0, 2), order.slice(2)];
      return { ...base, shape: 'halves', nodes: order.slice(0, 2), groups, detail: '12 of 12 cut edges silent' };
    }
    if (kind === 'kill')
      return { ...base, shape: 'one', nodes: order.slice(0, 1), detail: 'gone, and back as another process' };
    if (kind === 'pause') return { ...base, shape: 'one', nodes: order.slice(0, 1), detail: 'no answer while paused' };
    return { ...base, shape: 'jump', nodes: order.slice(0, 1), detail: 'skew measured 59,998 ms, asked 60,000 ms' };
  });
}

interface Draft {
  readonly atMs: number;
  readonly operation: Omit<Operation, 'index' | 'time'>;
}

function nemesisDrafts(faults: readonly Fault[]): Draft[] {
  const say = (atMs: number, type: 'invoke' | 'info', f: string, value: Json): Draft => {
    return { atMs, operation: { process: 'nemesis', type, f, value } };
  };
  return [
    ...faults.flatMap(({ id, kind, shape, nodes: targets, groups, fromMs, toMs, detail }) => [
      say(fromMs, 'invoke', `start-${kind}`, { id }),
      say(fromMs + 6, 'info', `start-${kind}`, {
        id,
        kind,
        shape,
        done: { nodes: targets, ...(groups === undefined ? {} : { groups }) },
      }),
      say(toMs - 300, 'invoke', `stop-${kind}`, { id }),
      say(toMs, 'info', `stop-${kind}`, { id, kind, shape, evidence: { bit: true, detail } }),
    ]),
    say(endMs - 1_500, 'invoke', 'heal', null),
    say(endMs - 1_200, 'info', 'heal', { started: [], silent: [] }),
  ];
}

function clientDrafts(draw: Random, faults: readonly Fault[], ratePerS: number): Draft[] {
  const drafts: Draft[] = [];
  const registers = new Map<string, Json>();
  const freeAtMs = Array.from({ length: threads }, () => 0);
  const processes = Array.from({ length: threads }, (_, thread) => thread);
  let written = 0;
  for (let atMs = 5; atMs < endMs; atMs += draw.next() < 0.3 ? 0.4 : (2_860 * draw.next()) / ratePerS) {
    const free = [...processes.keys()].filter((thread) => (freeAtMs[thread] ?? 0) < atMs);
    if (free.length === 0) continue;
    const thread = draw.pick(free);
    const process = processes[thread] ?? thread;
    const key = `r${String(Math.floor(atMs / 10_000))}`;
    const f = draw.pick(['read', 'read', 'write', 'cas']);
    const node = nodes[thread % nodes.length] ?? 'n1';
    const troubled = faults.some(
      ({ kind, nodes: targets, fromMs, toMs }) =>
        kind !== 'clock' && targets.includes(node) && atMs > fromMs && atMs < toMs,
    );
    const lost = draw.next() < (troubled ? 0.12 : 0.0005);
    const slow = troubled ? 20 * draw.next() : 1;
    const tookMs = lost ? 1_000 : 6 + 3 * slow + Math.exp(draw.next() * 3.2) * (0.6 + draw.next()) * slow ** 0.5;
    const present = registers.get(key) ?? null;
    const next = ++written;
    const asked: Json = f === 'write' ? next : f === 'cas' ? [draw.next() < 0.6 ? present : next + 500, next] : null;
    const refused = f === 'cas' && Array.isArray(asked) && asked[0] !== present;
    const effective = !lost || draw.next() < 0.5;
    if (effective && !refused && f !== 'read') registers.set(key, next);
    drafts.push({ atMs, operation: { process, type: 'invoke', f, key, value: asked, node } });
    const end = { process, f, key, node };
    const completion: Draft['operation'] = lost
      ? { ...end, type: 'info', value: asked, error: 'no answer within 1000 ms' }
      : refused
        ? { ...end, type: 'fail', value: asked, error: 'mismatch' }
        : { ...end, type: 'ok', value: f === 'read' ? present : asked };
    drafts.push({ atMs: atMs + tookMs, operation: completion });
    freeAtMs[thread] = atMs + tookMs + 0.05;
    if (lost) processes[thread] = process + threads;
  }
  return drafts;
}

function traceOf(draw: Random, faults: readonly Fault[]): TraceRecord[] {
  const records: TraceRecord[] = [];
  const say = (atMs: number, node: string, kind: string, name: string, detail?: Json): void => {
    records.push({ time: Math.round(atMs * 1e6), node, kind, name, ...(detail === undefined ? {} : { detail }) });
  };
  for (const node of nodes) {
    say(-180, node, 'start', 'start');
    say(-175, node, 'probe', 'role', 'follower');
  }
  let term = 0;
  let leader = '';
  const elect = (atMs: number, among: readonly string[]): void => {
    term++;
    const winner = draw.pick(among.filter((node) => node !== leader));
    say(atMs, winner, 'probe', 'role', 'pre-candidate');
    say(atMs + 2, winner, 'probe', 'role', 'candidate');
    for (const node of among) say(atMs + 3, node, 'probe', 'term', term);
    say(atMs + 6, winner, 'probe', 'role', 'leader');
    say(atMs + 6, winner, 'probe', 'election-won', { term, votes: among.length });
    for (const node of among) say(atMs + 8, node, 'probe', 'leader', winner);
    leader = winner;
  };
  elect(-60, nodes);
  for (const { kind, nodes: targets, fromMs, toMs } of faults) {
    const hit = targets.includes(leader);
    const rest = nodes.filter((node) => !targets.includes(node));
    const before = leader;
    if (kind === 'kill') for (const node of targets) say(fromMs + 4, node, 'exit', 'SIGKILL');
    if (hit && kind !== 'clock') elect(fromMs + 650 + draw.int(300), rest);
    if (kind === 'kill') {
      for (const node of targets) {
        say(toMs - 60, node, 'start', 'start', { incarnation: draw.int(1e6) });
        say(toMs - 55, node, 'probe', 'term', term);
        say(toMs - 55, node, 'probe', 'role', 'follower');
      }
    } else if (hit && kind !== 'clock') {
      say(toMs + 40, before, 'probe', 'term', term);
      say(toMs + 40, before, 'probe', 'role', 'follower');
      say(toMs + 41, before, 'probe', 'log-truncated', { from: 1_200 + draw.int(100) });
    }
  }
  return records.sort((a, b) => a.time - b.time);
}

/** Makes the read of an overwritten value, and says what a checker would say of it. */
function plantStaleRead(history: Operation[]): LinearizableVerdict {
  const since = history.findIndex(({ time, process }) => time > 37.4e9 && process !== 'nemesis');
  const index = history.findIndex((operation, i) => i > since && operation.type === 'ok' && operation.f === 'read');
  const read = history[index];
  const invocation = history.findLastIndex(({ process }, i) => i < index && process === read?.process);
  const begun = history[invocation];
  if (read === undefined || begun === undefined) throw new Error('the sample has no read to spoil');
  const ofKey = (operation: Operation): boolean => operation.key === read.key;
  const before = history
    .slice(0, invocation)
    .filter((operation) => ofKey(operation) && operation.type === 'ok' && operation.f !== 'read');
  const [old, newer] = [before.at(-4), before.at(-3)];
  const valueOf = (operation: Operation | undefined): Json => {
    const value = operation?.value ?? null;
    return Array.isArray(value) ? (value[1] as Json) : value;
  };
  history[index] = { ...read, value: valueOf(old) };
  const invocations = history.filter((operation, i) => i < index && ofKey(operation) && operation.type === 'invoke');
  const around = invocations.slice(-16).map((operation) => operation.index);
  const order = around.filter((i) => i < invocation).slice(-6);
  const state = value(read.value);
  const positions = [old, newer]
    .flatMap((write) => [invocationOf(history, write), write?.index ?? -1])
    .concat([invocation, index])
    .sort((a, b) => a - b);
  const failure: Failure = {
    key: read.key ?? null,
    method: 'register-zones',
    completion: index,
    invocation,
    prefix: { positions: index + 1, operations: invocations.length, smallest: true },
    statesComplete: true,
    shrunk: {
      operations: positions.flatMap((at, i) => {
        const operation = history[at];
        return operation === undefined ? [] : [{ ...operation, index: i }];
      }),
      positions,
      minimal: true,
    },
    explanation: `process ${String(read.process)} read ${String(read.key)} = ${value(valueOf(old))}, but ${value(valueOf(old))} had been overwritten by ${value(valueOf(newer))} (process ${String(newer?.process)}) before that read began; possible was ${state}`,
    states: [state],
    paths: [
      { order, state },
      { order: [...order.slice(1), ...order.slice(0, 1)], state },
    ],
    around,
  };
  return {
    valid: false,
    reason: `key ${String(read.key)} is not linearizable: ${failure.explanation}`,
    model: 'register',
    method: 'register-zones',
    methods: { 'register-zones': 16 },
    operations: history.filter(({ process, type }) => process !== 'nemesis' && type === 'invoke').length,
    parts: { valid: 15, invalid: 1, unknown: 0 },
    failures: [failure],
    undecided: [],
  };
}

/** Where the operation that `completion` completes was invoked. */
function invocationOf(history: readonly Operation[], completion: Operation | undefined): number {
  return history.findLastIndex(({ process }, i) => i < (completion?.index ?? 0) && process === completion?.process);
}

/** The run of this seed; the same seed gives the same run. */
export function sampleRun({ seed = 7, stale = false, ratePerS = 100 }: SampleOptions = {}): RunData {
  const faults = drawFaults(random(seed, 'faults'));
  const drafts = [...nemesisDrafts(faults), ...clientDrafts(random(seed, 'clients'), faults, ratePerS)];
  const history = drafts
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, operation }, index): Operation => ({ index, ...operation, time: Math.round(atMs * 1e6) }));
  const good = {
    valid: true as const,
    model: 'register',
    method: 'register-zones',
    methods: { 'register-zones': 16 },
    operations: history.filter(({ process, type }) => process !== 'nemesis' && type === 'invoke').length,
    parts: { valid: 16, invalid: 0, unknown: 0 },
    failures: [],
    undecided: [],
  };
  const checkers: Record<string, Verdict> = {
    linearizable: stale ? plantStaleRead(history) : good,
    crashes: { valid: true, ...{ crashes: [] } },
    faults: {
      valid: true,
      ...{ seen: faults.length, faults: faults.map(({ id, kind, shape }) => ({ id, kind, shape, bit: true })) },
    },
    availability: {
      valid: true,
      ...{
        before: { ms: 1_040, startTime: 23.1e9, endTime: 24.14e9, startIndex: 2_311, endIndex: 2_318 },
        after: null,
        recoveredAfterMs: 37,
      },
    },
    exceptions: {
      valid: true,
      ...{
        errors: [
          { f: 'cas', error: 'mismatch', count: 412, example: 77 },
          { f: 'read', error: 'no answer within 1000 ms', count: 21, example: 341 },
        ],
      },
    },
  };
  const test: TestRecord = {
    version: 1,
    clew: '0.1.0',
    runId: 'mi7k2q-5c4-1',
    startedAt: '2026-11-20T21:55:01.123Z',
    system: 'raft',
    mutant: stale ? 'stale-read' : null,
    workload: 'register',
    cluster: 'docker',
    clusterReason: 'Docker 20.10 answers',
    nodes,
    concurrency: threads,
    rate: ratePerS,
    timeLimitS: 60,
    seed: 4_102_938,
    faults: ['partition', 'kill', 'pause', 'clock'],
    faultIntervalS: 5,
    schedule: [],
    settings: { electionTimeoutMs: 400 },
    colours,
    command: `npm run test:jepsen -- raft ${stale ? '--mutant stale-read ' : ''}--cluster docker --seed 4102938`,
    host: { node: 'v24.21.0', platform: 'linux x64', cpus: 2 },
  };
  return {
    directory: 'store/raft/20261120T215501.123-4102938',
    test,
    history,
    trace: traceOf(random(seed, 'trace'), faults),
    results: { version: 1, ...compose(checkers), tookMs: { run: 63_210, linearizable: 212 }, hash: null },
    explanation: null,
    logs: nodes.map((node) => ({ node, path: `${node}/log.jsonl`, tail: [`${node} stopped`] })),
    notes: [],
  };
}
