/** A run as a transcript: every event that changes something, in fixed columns, with clients and faults among them. */

import type { ClusterState, Json, NodeId } from '../../../systems/protocol.ts';
import { faultInWords } from '../../../reports/space-time/faults.ts';
import { operation as operationInWords } from '../../../reports/words.ts';
import type { Operation } from '../../history/operation.ts';
import type { RunPlan } from '../../store/plan.ts';
import { nothingSeen, type View } from '../../transcript/idiom.ts';
import { idiomOf } from '../../transcript/idioms/index.ts';
import { observer, type Stamp } from '../../transcript/observer.ts';
import { transcript, type Kind, type Line } from '../../transcript/transcript.ts';
import { simulate, type Outcome, type Subject } from '../simulate.ts';

export interface Score {
  /** In their order; times are ms after the test's start. */
  readonly lines: readonly Line[];
  readonly outcome: Outcome;
  /** The lines as text; `notes` go before what happened at their time. */
  text(notes?: readonly { readonly atMs: number; readonly text: string }[]): string;
}

/** Does the plan, which must list its course. */
export async function score(plan: RunPlan, subject: Subject): Promise<Score> {
  const idiom = idiomOf(subject.system.name);
  const entries: (Line | 'fold')[] = [];
  const up = new Set<NodeId>();
  const paused = new Set<NodeId>();
  const probes = new Map<NodeId, Map<string, Json>>();
  let nodes: ClusterState | null = null;
  let nowMs = 0;

  const view = (node: NodeId): View => {
    if (nodes === null || !up.has(node)) return nothingSeen;
    return idiom.look({ state: nodes.node(node), probes: probes.get(node) ?? new Map(), disk: nodes.disk(node) });
  };
  const roleOf = (who: string): string => {
    if (!plan.nodes.includes(who)) return '';
    if (!up.has(who)) return '†';
    if (paused.has(who)) return '‖';
    const { role } = view(who);
    return role === null ? '·' : idiom.glyph(role);
  };
  const stamp = (who: string): Stamp => ({ atMs: nowMs, role: roleOf(who), term: view(who).term });
  /** Once a promise is broken, the rest is how the run came to its end. */
  let isOver = false;
  const note = (who: string, kind: Kind, text: string, as: Stamp = stamp(who)): void => {
    if (isOver) return;
    entries.push({ who, ...as, kind, text });
    isOver = kind === '⚡';
  };
  const fold = (): void => {
    if (!isOver) entries.push('fold');
  };
  const seen = observer({ idiom, view, stamp, write: note, fold });
  const tell = (who: string, kind: Kind, text: string): void => {
    seen.settle();
    note(who, kind, text);
  };

  const asked = new Map<Operation['process'], Operation>();
  const onClient = (operation: Operation): void => {
    const { process, type, node, key, error } = operation;
    const who = `p${process}`;
    const of = key === undefined ? '' : `${key}: `;
    if (type === 'invoke') {
      asked.set(process, operation);
      tell(who, '?', `${of}${operationInWords(operation, null)}${node === undefined ? '' : `, at ${node}`}`);
      return;
    }
    const words = operationInWords(asked.get(process) ?? operation, operation);
    const why = error === undefined ? '' : ` (${error})`;
    const outcome = type === 'ok' ? 'ok' : type === 'fail' ? `failed${why}` : `unknown${why}`;
    tell(who, '.', `${of}${words}: ${outcome}`);
  };
  const onFault = ({ f, value }: Operation): void => {
    if (f === 'heal') {
      paused.clear();
      tell('', '~', 'everything is healed');
      return;
    }
    const { course } = plan;
    const id = (value as { readonly id?: unknown } | null)?.id;
    const fault = course.kind === 'listed' && typeof id === 'number' ? course.faults[id] : undefined;
    if (fault === undefined) return;
    const begins = f.startsWith('start-');
    if (fault.kind === 'pause' && !('perEventMs' in fault)) {
      tell(fault.node, begins ? '‖' : '▸', begins ? 'stands still' : 'goes on');
      if (begins) paused.add(fault.node);
      else paused.delete(fault.node);
      return;
    }
    tell('', begins ? '≁' : '~', `${faultInWords(fault, plan.nodes)}${begins ? '' : ': over'}`);
  };

  const outcome = await simulate(plan, subject, {
    trace: 'full',
    onNodes(state) {
      nodes = state;
    },
    onStep: seen.settle,
    onEvent(event, atMs) {
      nowMs = atMs;
      const { node, kind, name, detail } = event;
      if (kind === 'start') {
        up.add(node);
        probes.set(node, new Map());
      } else if (kind === 'exit') up.delete(node);
      else if (kind === 'probe') probes.get(node)?.set(name, detail ?? null);
      seen.event(event);
      // What nodes did before the test started is told when it does, one after the other.
      if (atMs <= 0) seen.settle();
    },
    onOperation(operation) {
      nowMs = operation.time / 1e6;
      if (operation.process !== 'nemesis') onClient(operation);
      else if (operation.type === 'invoke') onFault(operation);
    },
  });
  seen.settle();
  const title = [
    plan.system,
    ...(plan.mutant === null ? [] : [`mutant ${plan.mutant}`]),
    `${plan.nodes.length} nodes`,
    `seed ${plan.seed}`,
  ].join(', ');
  return {
    lines: entries.filter((entry) => entry !== 'fold'),
    outcome,
    text(notes = []) {
      const written = transcript(title);
      const left = [...notes];
      for (const entry of entries) {
        if (entry === 'fold') {
          written.fold();
          continue;
        }
        while (left[0] !== undefined && left[0].atMs <= entry.atMs) {
          const { atMs, text } = left.shift() ?? left[0];
          written.add({ atMs, who: '', role: '', term: null, kind: '§', text });
        }
        written.add(entry);
      }
      return written.text();
    },
  };
}
