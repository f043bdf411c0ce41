import { expect, test } from 'vitest';

import { encode, type Frame, frameReader, maxFrameBytes } from '../../src/node/frames.ts';

const sent = Buffer.concat([
  encode('hello', JSON.stringify({ from: 'n1', incarnation: 'i', to: 'n2' })),
  encode('message', JSON.stringify({ text: 'zwölf', n: [1.5, null] })),
  encode('ping', '12.25'),
  encode('pong', '0.125'),
]);
const frames: readonly Frame[] = [
  { kind: 'hello', hello: { from: 'n1', incarnation: 'i', to: 'n2' } },
  { kind: 'message', message: { text: 'zwölf', n: [1.5, null] } },
  { kind: 'ping', sentAt: 12.25 },
  { kind: 'pong', sentAt: 0.125 },
];

test('frames come out as they went in, however the stream is cut', () => {
  for (let size = 1; size <= sent.length; size++) {
    const seen: Frame[] = [];
    const read = frameReader((frame) => seen.push(frame));
    for (let at = 0; at < sent.length; at += size) read(sent.subarray(at, at + size));
    expect(seen).toEqual(frames);
  }
});

test('a stream that is no frames is refused, not waited for', () => {
  const read = () => frameReader(() => undefined);
  expect(() => {
    read()(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  }).toThrow('a frame of');
  expect(() => {
    read()(Buffer.from([0, 0, 0, 0]));
  }).toThrow('a frame of 0 bytes');
  expect(() => {
    read()(Buffer.from([0, 0, 0, 2, 99, 48]));
  }).toThrow('a frame of kind 99');
});

test('a message that is too long for a frame is refused by its sender', () => {
  expect(() => encode('message', 'x'.repeat(maxFrameBytes))).toThrow('is longer than');
});
