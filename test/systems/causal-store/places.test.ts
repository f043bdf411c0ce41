import { describe, it } from 'vitest';
import { isAt, places } from './places.ts';

describe('among the models of consistency', () => {
  it.each(places)('the store with $mutant keeps $holds and breaks $fails', (place) =>
    isAt(place, { seed: 1, runs: 3, timeLimitS: 20 }),
  );
});
