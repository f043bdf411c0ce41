/** A run in which every text that anyone could have made up tries to become markup, a script, or an order to a terminal. */

import { compose, type Verdict } from '../../checkers/verdict.ts';
import type { Operation } from '../../src/history/operation.ts';
import type { RunData } from '../../src/store/read.ts';
import { sampleRun } from './sample-run.ts';

/** `where` shows up beside each, so that a failing test says which text came through. */
export const hostile = (where: string): string =>
  `\u001b[31m\u202e${where}</script></style></title></svg></pre>--><script>hacked('${where}')</script><img src=x onerror="hacked('${where}')">"'\`&amp;]]>|`;

/** Every place that a hostile text was put into. */
export const places = [
  'key',
  'value',
  'error',
  'f',
  'node',
  'log',
  'detail',
  'probe',
  'shape',
  'kind',
  'reason',
  'explanation',
  'state',
  'checker',
  'evidence',
  'column',
  'system',
  'mutant',
  'workload',
  'setting',
  'command',
  'last words',
  'note',
  'directory',
  'message',
  'client',
] as const;

export function hostileRun(): RunData {
  const base = sampleRun();
  const node = hostile('node');
  const nodes = [node, 'n2'];
  const key = hostile('key');
  const entries: readonly Omit<Operation, 'index'>[] = [
    { process: 'nemesis', type: 'invoke', f: `start-${hostile('kind')}`, value: { id: 1 }, time: 1e9 },
    {
      process: 'nemesis',
      type: 'info',
      f: `start-${hostile('kind')}`,
      value: { id: 1, shape: hostile('shape'), done: { nodes: [node] } },
      time: 1.1e9,
    },
    { process: 0, type: 'invoke', f: 'write', key, value: hostile('value'), time: 2e9, node },
    { process: 0, type: 'ok', f: 'write', key, value: hostile('value'), time: 2.1e9, node },
    { process: 1, type: 'invoke', f: hostile('f'), key, value: null, time: 2.2e9, node },
    { process: 1, type: 'info', f: hostile('f'), key, value: null, error: hostile('error'), time: 2.3e9, node },
    { process: 0, type: 'invoke', f: 'read', key, value: null, time: 2.4e9, node },
    { process: 0, type: 'ok', f: 'read', key, value: hostile('value'), time: 2.5e9, node },
    {
      process: 'nemesis',
      type: 'info',
      f: `stop-${hostile('kind')}`,
      value: { id: 1, evidence: { bit: false, detail: hostile('detail') } },
      time: 3e9,
    },
  ];
  const history = entries.map((entry, index): Operation => ({ index, ...entry }));
  const failure = {
    key,
    completion: 7,
    invocation: 6,
    explanation: hostile('explanation'),
    states: [hostile('state')],
    paths: [{ order: [2, 4], state: hostile('state') }],
    around: [2, 4, 6],
  };
  const checkers: Record<string, Verdict> = {
    linearizable: {
      valid: false,
      reason: hostile('reason'),
      ...{ model: 'register', method: 'search', operations: 3, parts: { valid: 0, invalid: 1, unknown: 0 } },
      ...{ failures: [failure], undecided: [] },
    },
    [hostile('checker')]: {
      valid: false,
      reason: hostile('reason'),
      ...{ [hostile('column')]: [{ [hostile('column')]: hostile('evidence') }], plain: hostile('evidence') },
    },
  };
  return {
    directory: `/store/${hostile('directory')}`,
    test: {
      ...base.test,
      system: hostile('system'),
      mutant: hostile('mutant'),
      workload: hostile('workload'),
      nodes,
      settings: { [hostile('setting')]: hostile('setting') },
      colours: { [hostile('kind')]: '#fff" onload="hacked(1)' },
      command: hostile('command'),
    },
    history,
    trace: [
      { time: 0, node, kind: 'probe', name: 'role', detail: hostile('probe') },
      { time: 2.4e9, node, kind: 'log', name: hostile('log') },
      { time: 2.45e9, node, kind: 'crash', name: hostile('log') },
    ],
    course: [
      { time: 0, node, kind: 'start', name: '1' },
      { time: 0, node, kind: 'probe', name: 'role', detail: hostile('probe') },
      { time: 1e9, node, kind: 'send', name: 'n2', detail: { type: hostile('message'), term: 1 } },
      { time: 1.1e9, node: 'n2', kind: 'deliver', name: node, detail: { type: hostile('message'), term: 1 } },
      {
        time: 2e9,
        node,
        kind: 'request',
        name: hostile('client'),
        detail: { body: { f: hostile('f') }, latencyMs: 1 },
      },
      { time: 2.1e9, node, kind: 'log', name: hostile('log') },
    ],
    results: { version: 1, ...compose(checkers), tookMs: { [hostile('setting')]: 1 }, hash: hostile('setting') },
    explanation: null,
    logs: [{ node, path: `${hostile('last words')}/log.jsonl`, tail: [hostile('last words')] }],
    notes: [hostile('note')],
  };
}
