/** Removes what control nodes that died left behind. */

import { rmSync } from 'node:fs';

import { leftovers } from './workspace.ts';

/**
 * Removes the directories that dead control nodes of this user left behind; returns their paths. Processes and networks
 * need no such care: they end with the control node.
 */
export function cleanNetns(): Promise<string[]> {
  const removed: string[] = [];
  for (const directory of leftovers()) {
    try {
      rmSync(directory, { recursive: true, force: true });
      removed.push(directory);
    } catch {
      // Someone else removes it, or it can't be removed: it does not stand in anyone's way.
    }
  }
  return Promise.resolve(removed);
}
