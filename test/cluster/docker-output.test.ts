import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { outputLines, unpack } from '../../src/cluster/docker/output.ts';

/** As the engine packs it. */
function frame(stream: number, text: string | Buffer): Buffer {
  const data = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const output = outputLines((line) => lines.push(line));
  for (const chunk of chunks) output.write(chunk);
  output.end();
  return lines;
}

describe('the packed output of a container', () => {
  test('is the same however it was cut into pieces', () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.string({ unit: 'grapheme', maxLength: 30 })));
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 12 }), (sent, cuts) => {
        const packed = Buffer.concat(sent.map(([stream, text]) => frame(stream, text)));
        const ends = [...cuts.map((cut) => cut % (packed.length + 1)), 0, packed.length].toSorted((a, b) => a - b);
        const seen: [number, string][] = [];
        const write = unpack((stream, data) => seen.push([stream, data.toString()]));
        ends.slice(1).forEach((end, i) => {
          write(packed.subarray(ends[i], end));
        });
        expect(seen).toEqual(sent);
      }),
    );
  });

  test('becomes lines, of each stream for itself', () => {
    const chunks = [frame(1, 'half '), frame(2, 'warning\n'), frame(1, 'a line\nnext\n')];
    expect(linesOf(chunks)).toEqual(['warning', 'half a line', 'next']);
  });

  test('keeps characters whole that frames divide', () => {
    const text = Buffer.from('größe\n');
    expect(linesOf([frame(1, text.subarray(0, 3)), frame(1, text.subarray(3))])).toEqual(['größe']);
  });

  test('ends with its last line, whether that has an end or not', () => {
    expect(linesOf([frame(1, 'a\nlast words')])).toEqual(['a', 'last words']);
    expect(linesOf([frame(1, 'a\n')])).toEqual(['a']);
    expect(linesOf([])).toEqual([]);
  });
});
