import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** `->` imports a value, `=>` a type only. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function arrow(text: string): Arrow {
  const [from = '', kind, to = ''] = text.split(' ');
  return { from: `${from}.ts`, to: to.startsWith('node:') ? to : `${to}.ts`, typeOnly: kind === '=>' };
}

const forbidden: readonly (readonly [arrow: string, rule: string])[] = [
  ['systems/raft/a -> systems/paxos/b', 'systems-own-folder'],
  ['systems/raft/c -> systems/index', 'systems-own-folder'],
  ['systems/raft/d => src/random', 'systems-own-folder'],
  ['systems/raft/e -> node:fs', 'systems-own-folder'],
  ['systems/index -> src/history/a', 'systems-index'],
  ['checkers/a -> src/random', 'checkers-see-history'],
  ['checkers/b => src/store/a', 'checkers-see-history-types'],
  ['checkers/c -> node:fs', 'checkers-are-pure'],
  ['reports/a -> checkers/z', 'reports-see-the-store'],
  ['reports/b => src/runner/z', 'reports-see-the-store-types'],
  ['nemesis/a -> src/cluster/cluster', 'nemesis-sees-fault-control'],
  ['nemesis/b => src/runner/z', 'nemesis-sees-fault-control-types'],
  ['src/history/b -> src/generator/z', 'history'],
  ['src/generator/a -> src/workloads/z', 'generator'],
  ['src/node/a -> src/store/z', 'node'],
  ['src/cluster/a -> nemesis/z', 'cluster'],
  ['src/cluster/b => src/workloads/z', 'cluster-types'],
  ['src/store/b -> checkers/z', 'store'],
  ['src/workloads/a -> src/runner/z', 'workloads'],
  ['src/errors -> src/history/z', 'leaves'],
  ['src/runner/a -> src/cli/z', 'runner-below-cli'],
  ['src/runner/b -> src/index', 'nothing-imports-the-entry'],
  ['src/runner/c -> test/z', 'nothing-imports-tests'],
  ['src/runner/d -> src/runner/missing', 'no-unresolvable'],
  ['src/runner/e => src/runner/f', 'no-circular'],
];

/** Closes the circle that the last one above begins; a circle is reported once. */
const wayBack = 'src/runner/f => src/runner/e';

const allowed: readonly string[] = [
  'src/cli/a -> src/runner/z',
  'src/runner/g -> src/cluster/cluster',
  'src/runner/h -> nemesis/z',
  'src/runner/i -> checkers/z',
  'src/runner/j -> reports/z',
  'src/runner/k -> systems/index',
  'src/index -> src/runner/z',
  'systems/index -> systems/raft/z',
  'systems/raft/f -> systems/raft/z',
  'systems/raft/g -> systems/protocol',
  'checkers/d -> src/history/z',
  'reports/c -> src/store/z',
  'reports/d => checkers/z',
  'nemesis/c -> src/cluster/faults',
  'nemesis/d -> src/random',
  'nemesis/e => systems/protocol',
  'src/workloads/b -> checkers/z',
  'src/workloads/c -> src/cluster/cluster',
  'src/store/c => checkers/z',
  'test/a -> src/cli/z',
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

const root = resolve(import.meta.dirname, '../..');
const folders = ['src', 'systems', 'nemesis', 'checkers', 'reports', 'test'];
let project: string;
let found: readonly string[];

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'clew-imports-'));
  const arrows = [...forbidden.map(([text]) => text), ...allowed, wayBack].map(arrow);
  const texts = new Map<string, string>();
  for (const { to } of arrows) if (!to.startsWith('node:') && !to.includes('missing')) texts.set(to, '');
  for (const { from, to, typeOnly } of arrows) {
    const target = to.startsWith('node:') ? to : `./${relative(dirname(from), to)}`;
    const line = `export ${typeOnly ? 'type ' : ''}* from '${target}';\n`;
    texts.set(from, (texts.get(from) ?? '') + line);
  }
  for (const [file, text] of texts) {
    await mkdir(dirname(join(project, file)), { recursive: true });
    await writeFile(join(project, file), text === '' ? 'export const here = 1;\n' : text);
  }
  for (const file of ['package.json', 'tsconfig.json']) await cp(join(root, file), join(project, file));
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
  const words = [...folders, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'];
  const { stdout } = await execa(join(root, 'node_modules/.bin/depcruise'), words, { cwd: project, reject: false });
  const { summary } = JSON.parse(stdout) as { readonly summary: { readonly violations: readonly Violation[] } };
  found = summary.violations.map(({ from, to, rule }) => `${from} ${to} ${rule.name}`);
});

afterAll(() => rm(project, { recursive: true, force: true }));

describe('who may import whom', () => {
  it.each(forbidden)('%s breaks the rule %s', (text, rule) => {
    const { from, to } = arrow(text);
    const target = to.replace('node:', '').replace('src/runner/missing.ts', './missing.ts');
    expect(found).toContain(`${from} ${target} ${rule}`);
  });

  it.each(allowed)('%s is allowed', (text) => {
    const { from, to } = arrow(text);
    expect(found.filter((violation) => violation.startsWith(`${from} ${to} `))).toEqual([]);
  });
});
