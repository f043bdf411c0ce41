/** Makes a message immutable once it is handed over, so that neither side can change what the other one sees. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const name in value) deepFreeze(value[name]);
  return value;
}

/** Trusts that nobody changes what was handed over. */
export const asItIs = <T>(value: T): T => value;
