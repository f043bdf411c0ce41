import { describe, expect, it } from 'vitest';
import { markdown, withRows } from '../../bench/performance-page.ts';

const section = `

Measured on Monday by \`npm run bench\`.

| history | clew: process | check | memory | peer: process | check | memory | peer ÷ clew: process | memory |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
| A: small | 1 s | 1 ms | 1 MB | 2 s |  | 2 MB | ×2 | ×2 |
| B: small | 3 s | 3 ms | 3 MB | 4 s |  | 4 MB | ×1 | ×1 |
`;

const fresh = { columns: ['history', 'clew: process', 'check', 'memory'], rows: [['B: small', '9 s', '9 ms', '9 MB']] };

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

describe('a section of the page of measurements', () => {
  it('gets rows replaced by name, cells by column, and the others left as they are', () => {
    const lines = linesOf(withRows(section, fresh, 'Rows with `B` measured on Tuesday.', 'Rows with `B` '));
    expect(lines).toEqual([
      'Measured on Monday by `npm run bench`.',
      'Rows with `B` measured on Tuesday.',
      ...linesOf(section).slice(1, 4),
      '| B: small | 9 s | 9 ms | 9 MB |  |  |  |  |  |',
    ]);
  });

  it('gets rows that it does not have after the others, and says of each part once when it was measured', () => {
    const more = { ...fresh, rows: [['C: small', '5 s', '5 ms', '5 MB']] };
    const once = withRows(section, more, 'Rows with `C` measured on Tuesday.', 'Rows with `C` ');
    const twice = withRows(once, more, 'Rows with `C` measured on Friday.', 'Rows with `C` ');
    expect(linesOf(twice).filter((line) => line.startsWith('Rows'))).toEqual(['Rows with `C` measured on Friday.']);
    expect(linesOf(twice).at(-1)).toBe('| C: small | 5 s | 5 ms | 5 MB |  |  |  |  |  |');
    expect(linesOf(twice).filter((line) => line.startsWith('| C'))).toHaveLength(1);
  });

  it('is made of the fresh rows where there are none', () => {
    expect(withRows('\n', fresh, 'Rows with `B` measured on Tuesday.', 'Rows with `B` ')).toContain(markdown(fresh));
  });
});
