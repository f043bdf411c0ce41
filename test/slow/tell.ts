/** Prints how many of the random histories were of which kind: that belongs to the proof. */
export function tell(of: string, tally: unknown): void {
  // eslint-disable-next-line no-console -- vitest shows no annotations of tests that pass
  console.log(`${of}: ${JSON.stringify(tally)}`);
}
