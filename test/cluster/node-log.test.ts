import { expect, test } from 'vitest';

import { parseNodeLog } from '../../src/cluster/node-log.ts';

const parse = (line: string) => parseNodeLog('n1', line, () => 99);

test('a line of the host is the event that it describes', () => {
  expect(parse('{"at":12.5,"kind":"probe","name":"role","detail":"leader"}')).toEqual({
    node: 'n1',
    at: 12.5,
    kind: 'probe',
    name: 'role',
    detail: 'leader',
  });
  expect(parse('{"at":12.5,"kind":"probe","name":"elected"}')).toEqual({
    node: 'n1',
    at: 12.5,
    kind: 'probe',
    name: 'elected',
  });
  // Null is a detail; only none is none.
  expect(parse('{"at":1,"kind":"probe","name":"leader","detail":null}')).toHaveProperty('detail', null);
});

test.each([
  'Segmentation fault',
  '',
  '{"at":12.5,"kind":"probe"',
  '{"at":"12.5","kind":"probe","name":"role"}',
  '{"at":12.5,"kind":"surprise","name":"role"}',
  '{"at":12.5,"kind":"probe"}',
  '[1]',
  'null',
])('anything else is a log line as it stands: %s', (line) => {
  expect(parse(line)).toEqual({ node: 'n1', at: 99, kind: 'log', name: line });
});
