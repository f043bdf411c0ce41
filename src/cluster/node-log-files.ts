/** The log files of a cluster's nodes: `<directory>/<node>/log.jsonl`, one node event a line. */

import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { NodeId } from '../../systems/protocol.ts';
import { realClock } from './clock.ts';
import type { ClusterOptions, NodeEvent } from './cluster.ts';

export interface NodeLogFiles {
  write(event: NodeEvent): void;
  /** Resolves once everything is written. */
  close(): Promise<void>;
}

/** Keeps none where `directory` is null. A log that can't be written any more says so once, by `emit`, and the run goes on. */
export function openNodeLogs(
  { directory, nodes }: Pick<ClusterOptions, 'directory' | 'nodes'>,
  emit: (event: NodeEvent) => void,
): NodeLogFiles {
  const files = new Map<NodeId, WriteStream>();
  for (const node of directory === null ? [] : nodes) {
    const folder = join(directory ?? '', node);
    mkdirSync(folder, { recursive: true });
    const file = createWriteStream(join(folder, 'log.jsonl'), { flags: 'a' });
    file.on('error', (error) => {
      if (!files.delete(node)) return;
      emit({ node, at: realClock.now(), kind: 'log', name: `can't write this node's log: ${error.message}` });
    });
    files.set(node, file);
  }
  return {
    write: (event) => void files.get(event.node)?.write(`${JSON.stringify(event)}\n`),
    async close() {
      await Promise.all([...files.values()].map((file) => new Promise<void>((resolve) => file.end(resolve))));
    },
  };
}
