import { describe, expect, it } from 'vitest';
import type { Json, Operation } from '../../../src/history/operation.ts';
import { causalPatterns, diverged, sessionPatterns } from './patterns.ts';

/** `w0x1` is process 0 writing x = 1, `r1x-` process 1 reading x before it was written; one after the other. */
const history = (text: string): Operation[] =>
  text.split(' ').flatMap((word, i) => {
    const [what, process, key, digit] = word;
    const value: Json = digit === '-' ? null : Number(digit);
    const f = what === 'w' ? 'write' : 'read';
    const of = { process: Number(process), f, key: key ?? '', node: `n${process}` };
    return [
      { ...of, index: 2 * i, type: 'invoke', time: 2 * i, value: f === 'write' ? value : null },
      { ...of, index: 2 * i + 1, type: 'ok', time: 2 * i + 1, value },
    ] as const;
  });
const causal = (text: string) => [...causalPatterns(history(text)).keys()];
const session = (text: string, pram: boolean) => [...sessionPatterns(history(text), pram).keys()];

describe('what the runs are judged by', () => {
  it.each([
    // What process 1 read is what it wrote after.
    ['w0x1 r1x1 w1y1 r2y1 r2x1', []],
    // Process 2 has learned of y = 1, which came after x = 1.
    ['w0x1 r1x1 w1y1 r2y1 r2x-', ['WriteCOInitRead']],
    // x = 2 overwrote x = 1 before y = 1 was written; the read would have it the other way round.
    ['w0x1 w0x2 w0y1 r2y1 r2x1', ['WriteCORead', 'CyclicCF']],
    ['r0x7', ['ThinAirRead']],
    // Two processes saw two concurrent writes in different orders.
    ['w0x1 w1x2 r2x1 r2x2 r3x2 r3x1', ['CyclicCF']],
    // Each has read what the other wrote later.
    ['r0x1 w0y1 r1y1 w1x1', ['CyclicCO']],
  ])('%s: %s', (text, patterns) => {
    expect(causal(text)).toEqual(patterns);
  });

  it.each([
    // Each process's own order explains it.
    ['w0x1 w1x2 r2x1 r2x2 r3x2 r3x1', [], []],
    // One process goes back and forth between two values.
    ['w0x1 w1x2 r2x1 r2x2 r2x1', ['CyclicHB'], ['CyclicHB']],
    // That y = 1 came after x = 1 is no concern of a pipelined RAM.
    ['w0x1 r1x1 w1y1 r2y1 r2x-', ['WriteHBInitRead'], []],
  ])('%s in CM: %s, in PRAM: %s', (text, cm, pram) => {
    expect(session(text, false)).toEqual(cm);
    expect(session(text, true)).toEqual(pram);
  });

  it('two nodes with different values in the end have not converged', () => {
    expect(diverged(history('w0x1 w1x2 r0x1 r1x2'))).toEqual(['x']);
    expect(diverged(history('w0x1 w1x2 r0x1 r0x2 r1x2'))).toEqual([]);
  });
});
