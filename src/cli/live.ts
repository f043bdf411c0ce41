/** Whether somebody is watching. */

/** Whether a stream is a person's terminal. A CI job's log is none, even where it pretends to be. */
export function isLive(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && process.env['CI'] === undefined && process.env['TERM'] !== 'dumb';
}
