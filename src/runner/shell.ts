/** Command lines that a person can paste into a shell. */

/** A word as a POSIX shell reads it back: in quotes where it has to be. */
export function quote(word: string): string {
  return /^[\w./,:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
