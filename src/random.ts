/**
 * Random numbers keyed by what they are for. Every decision is a pure function of (seed, purpose, …ordinals), so that
 * removing one decision leaves all others as they were; nothing is drawn from a shared stream.
 */

/** 32-bit hash of a string (FNV-1a). */
export function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Mixes `value` into `hash` (MurmurHash3 step and finalizer); both are taken as 32-bit integers. */
export function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  let h = hash ^ k;
  h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A key for a family of decisions: strings and integers, hashed in order. */
export function key(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = mix(mix(0x9747b28c, seed >>> 0), Math.floor(seed / 2 ** 32));
  for (const part of parts) {
    hash =
      typeof part === 'string' ? mix(hash, hashString(part)) : mix(mix(hash, part >>> 0), Math.floor(part / 2 ** 32));
  }
  return hash;
}

/** The `ordinal`-th number in [0, 1) of the family `key`. 32 bits. */
export function uniform(family: number, ordinal: number): number {
  return mix(mix(family, ordinal), 0x5bd1e995) / 2 ** 32;
}

/** An endless source of numbers for one purpose; `int(n)` is in [0, n). */
export interface Random {
  next(): number;
  int(bound: number): number;
  /** One element; throws a RangeError when there is none. */
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
}

/** The numbers of the family (seed, …parts) in order. */
export function random(seed: number, ...parts: readonly (string | number)[]): Random {
  const family = key(seed, ...parts);
  let ordinal = 0;
  const next = () => uniform(family, ordinal++);
  const int = (bound: number) => Math.floor(next() * bound);
  return {
    next,
    int,
    pick(items) {
      if (items.length === 0) throw new RangeError('pick from an empty list');
      return items[int(items.length)] as (typeof items)[number];
    },
    shuffle(items) {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [result[i], result[j]] = [result[j] as (typeof result)[number], result[i] as (typeof result)[number]];
      }
      return result;
    },
  };
}
