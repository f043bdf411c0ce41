import { describe, expect, test, vi } from 'vitest';

import { converse, type NftProcess, oneLine } from '../../src/cluster/docker/nft.ts';

const marker = 'meta expression, datatype mark (packet mark) (basetype integer), 32 bits\n';

/** A process that was asked things and whose answers the test gives. */
function pretend() {
  const written: string[] = [];
  let say: (text: string) => void = () => undefined;
  let die: () => void = () => undefined;
  let destroyed = false;
  const process: NftProcess = {
    name: 'nft',
    write: (text) => void written.push(text),
    end: () => Promise.resolve(),
    destroy: () => (destroyed = true),
    onOutput: (listener) => (say = listener),
    onEnd: (listener) => (die = listener),
  };
  return {
    nft: converse(process),
    written,
    say: (text: string) => {
      say(text);
    },
    die: () => {
      die();
    },
    wasDestroyed: () => destroyed,
  };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('a conversation with nft', () => {
  test('sends a script as one line and gives what was printed before the marker', async () => {
    const { nft, written, say } = pretend();
    const answer = nft.run('table bridge t {\n  counter dropped { }\n}\nlist counter bridge t dropped\n');
    await soon();
    expect(written).toEqual([
      'table bridge t {; counter dropped { }; }; list counter bridge t dropped\ndescribe meta mark\n',
    ]);
    say('table bridge t {\n\tpackets 7 ');
    say(`bytes 9\n}\n${marker.slice(0, 20)}`);
    await soon();
    say(marker.slice(20));
    expect(await answer).toBe('table bridge t {\n\tpackets 7 bytes 9\n}\n');
  });

  test('asks one thing at a time, in order, and goes on after a refusal', async () => {
    const { nft, written, say } = pretend();
    const first = nft.run('add element bridge t nope { 1.2.3.4 }');
    const second = nft.run('flush set bridge t cut');
    await soon();
    expect(written).toHaveLength(1);
    say(`Error: No such file or directory\nadd element bridge t nope\n   ^^^^\n${marker}`);
    await expect(first).rejects.toThrow('nft refused: Error: No such file or directory');
    await soon();
    expect(written[1]).toContain('flush set');
    say(marker);
    expect(await second).toBe('');
  });

  test('fails with the last words of an nft that ends, then and later', async () => {
    const { nft, say, die } = pretend();
    const answer = nft.run('list tables');
    await soon();
    say('nft: Operation not permitted\n');
    die();
    await expect(answer).rejects.toThrow('nft has ended: nft: Operation not permitted');
    await expect(nft.run('list tables')).rejects.toThrow('nft has ended');
  });

  test('gives up on one that is silent, whose answer could come at the wrong time', async () => {
    vi.useFakeTimers();
    try {
      const { nft, wasDestroyed } = pretend();
      const answer = nft.run('list tables').catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(String(await answer)).toContain('did not answer within 5 s');
      expect(wasDestroyed()).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('one line is what the lines were', () => {
  expect(oneLine('flush set bridge t cut\n  add element bridge t cut { a . b }\n\n')).toBe(
    'flush set bridge t cut; add element bridge t cut { a . b }',
  );
});
