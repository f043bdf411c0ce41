/** The directory of a kill matrix: `<store>/<system>/matrix-<time>/`, with `matrix.json` and the smallest run of each mutant. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { storeError } from './failure.ts';
import { fileName, timeName } from './layout.ts';
import type { MatrixRecord } from './matrix.ts';
import { writeAtomically } from './write.ts';

export async function createMatrixDirectory(store: string, system: string, startedAt: Date): Promise<string> {
  const directory = join(store, fileName(system), `matrix-${timeName(startedAt)}`);
  try {
    await mkdir(directory, { recursive: true });
  } catch (thrown) {
    throw storeError('create the directory', directory, thrown);
  }
  return directory;
}

export function writeMatrix(directory: string, record: MatrixRecord): Promise<void> {
  return writeAtomically(join(directory, 'matrix.json'), `${JSON.stringify(record, null, 2)}\n`);
}
