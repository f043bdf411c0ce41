import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import Docker from 'dockerode';
import { afterAll, describe, expect, test } from 'vitest';

import type { Engine } from '../../src/cluster/docker/engine.ts';
import { imageOf } from '../../src/cluster/docker/image.ts';

const directory = mkdtempSync(join(tmpdir(), 'clew-image-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** An engine that has images of these names and answers an import with these events, or breaks off. */
function pretend(names: readonly string[], events: readonly object[] | Error = [{ status: 'sha256:1' }]) {
  const imported: { archive: string; options: unknown }[] = [];
  const docker = {
    modem: new Docker().modem,
    getImage: (name: string) => ({
      inspect: () =>
        names.includes(name)
          ? Promise.resolve({})
          : Promise.reject(Object.assign(new Error('no'), { statusCode: 404 })),
    }),
    async importImage(archive: Readable, options: unknown) {
      if (events instanceof Error) throw events;
      imported.push({ archive: await text(archive), options });
      return Readable.from([Buffer.from(events.map((event) => `${JSON.stringify(event)}\r\n`).join(''))]);
    },
  };
  const engine: Engine = {
    docker: docker as unknown as Docker,
    sameKernel: true,
    published: null,
    runsOurPrograms: true,
  };
  return { engine, imported };
}

// `ldd`, by which the libraries are found, is Linux's; on other systems no image is made.
describe.runIf(process.platform === 'linux')('an image', () => {
  const program = (content: string) => {
    const path = join(directory, content);
    writeFileSync(path, content);
    return new Map([['/bin/program', path]]);
  };

  test('is made once, of the program, with a label', async () => {
    const empty = pretend([]);
    const name = await imageOf(empty.engine, 'node', program('one'));
    expect(name).toMatch(/^clew-node:[0-9a-f]{12}$/);
    expect(empty.imported).toHaveLength(1);
    expect(empty.imported[0]?.archive).toContain('bin/program');
    expect(empty.imported[0]?.options).toMatchObject({ changes: ['LABEL clew.image=node'] });

    const full = pretend([name]);
    expect(await imageOf(full.engine, 'node', program('one'))).toBe(name);
    expect(full.imported).toHaveLength(0);
  });

  test('of another program has another name', async () => {
    const { engine } = pretend([]);
    expect(await imageOf(engine, 'node', program('two'))).not.toBe(await imageOf(engine, 'node', program('owt')));
  });

  test.each([
    ['while it goes on', [{ status: 'reading' }, { error: 'no space left on device' }]],
    ['at once', Object.assign(new Error('(HTTP code 500)'), { json: { message: 'no space left on device' } })],
  ])('whose import fails %s says why', async (_when, events) => {
    await expect(imageOf(pretend([], events).engine, 'node', program('three'))).rejects.toThrow(
      /^docker: import of the image clew-node:\w+ failed: no space left on device$/,
    );
  });
});
