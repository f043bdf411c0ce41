/** Values of options. Ranges are the runner's to check; here a word either is a number or is not. */

import { InvalidArgumentError } from 'commander';
import { UsageError } from '../errors.ts';

/** `12`, `0.5`, `1e3`; everything else is an error that names the option. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('expected a number.');
  return value;
}

/** A whole number from 1. */
export function count(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

/** `partition,kill` as a list; `all` and `none` stand alone. */
export function faultList(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes(''))
    throw new UsageError(`--faults ${JSON.stringify(text)}: expected kinds with commas between, all or none`);
  const alone = names.find((name) => name === 'all' || name === 'none');
  if (alone !== undefined && names.length > 1) throw new UsageError(`--faults ${text}: "${alone}" stands alone`);
  return names;
}
