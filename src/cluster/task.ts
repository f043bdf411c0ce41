/** A command line with what it reads. */
export interface Task {
  readonly argv: readonly [string, ...string[]];
  readonly input: string;
}
