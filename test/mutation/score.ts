/** What a mutation report says, in few lines (the schema of mutation-testing-elements). */

export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Score {
  /** Told from the original: a test failed, or never ended. */
  readonly killed: number;
  readonly survived: number;
  /** No test runs it: it counts as one that survived. */
  readonly uncovered: number;
}

const none: Score = { killed: 0, survived: 0, uncovered: 0 };

export function scoreOf({ files }: Report): Score {
  return Object.values(files).reduce((sum, { mutants }) => added(sum, countOf(mutants)), none);
}

/** Share of the mutants that were killed, in percent. */
export function percent({ killed, survived, uncovered }: Score): number {
  return (100 * killed) / Math.max(1, killed + survived + uncovered);
}

function countOf(mutants: readonly Mutant[]): Score {
  const of = (...statuses: readonly string[]): number =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  return { killed: of('Killed', 'Timeout'), survived: of('Survived'), uncovered: of('NoCoverage') };
}

function added(a: Score, b: Score): Score {
  return { killed: a.killed + b.killed, survived: a.survived + b.survived, uncovered: a.uncovered + b.uncovered };
}

/** One line for each file, and below it for each mutant that lives: what stood there, and what was put in its place. */
export function survivorsOf({ files }: Report): readonly string[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    const score = countOf(mutants);
    const alive = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
    return [
      `${file}: ${percent(score).toFixed(1)} % of ${score.killed + score.survived + score.uncovered}`,
      ...alive.map((mutant) => {
        const { start } = mutant.location;
        const mark = mutant.status === 'NoCoverage' ? ' (not run)' : '';
        const put = (mutant.replacement ?? '').replace(/\s+/g, ' ').slice(0, 90);
        return `  ${start.line}:${start.column}${mark} ${original(lines, mutant)} => ${put}`;
      }),
    ];
  });
}

function original(lines: readonly string[], { location: { start, end } }: Mutant): string {
  const first = lines[start.line - 1] ?? '';
  const text =
    start.line === end.line ? first.slice(start.column - 1, end.column - 1) : `${first.slice(start.column - 1)} …`;
  return text.slice(0, 90);
}

export function table(scores: readonly (readonly [name: string, score: Score])[]): string {
  const total = scores.reduce((sum, [, score]) => added(sum, score), none);
  const rows = [...scores, ['total', total] as const].map(([name, score]) => [
    name,
    String(score.killed),
    String(score.survived),
    String(score.uncovered),
    `${percent(score).toFixed(1)} %`,
  ]);
  return [['group', 'killed', 'survived', 'not run', 'score'], ...rows]
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(10))).join(''))
    .join('\n');
}
