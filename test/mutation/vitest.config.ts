import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { groups } from './groups.ts';

const group = groups[process.env['CLEW_MUTATION_GROUP'] ?? ''];
const files = group?.tests ?? Object.values(groups).flatMap(({ tests }) => tests);

/** The tests of a group, in its order: what is nearest to a mutant finds it soonest. */
class InOrder extends BaseSequencer {
  override sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const order = files.map((file) => resolve(file));
    const place = ({ moduleId }: TestSpecification): number => order.indexOf(resolve(moduleId));
    return Promise.resolve(specifications.toSorted((a, b) => place(a) - place(b)));
  }
}

/** For mutations of one group of sources (`npm run test:mutation`). */
export default defineConfig({
  test: { include: [...files], sequence: { sequencer: InOrder }, testTimeout: 60_000 },
});
