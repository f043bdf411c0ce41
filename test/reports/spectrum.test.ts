import { expect, test } from 'vitest';
import { checkSpectrum } from '../../checkers/spectrum/spectrum.ts';
import { whyInWords } from '../../reports/spectrum.ts';
import { columnsOfSessions, r, w } from '../checkers/causal/cc-build.ts';

test('what fails with a model that nobody asked for names it as a person knows it', () => {
  const columns = columnsOfSessions([w('x', 1), w('x', 2)], [r('x', 2), r('x', 1)]);
  const { models } = checkSpectrum(columns, { only: ['CCv'] });
  expect(models.map((result) => whyInWords(result, models))).toEqual(['fails with causal consistency (CC)']);
});
