const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const KEY_MAXIMUM = 512;

/**
 * Refuses keys that could leave the store's folder or mean different things on different stores.
 */
export function checkObjectKey(key: string): string {
  const segments = key.split('/');
  const fits =
    key.length <= KEY_MAXIMUM &&
    segments.every((segment) => SEGMENT.test(segment) && !segment.includes('..'));
  if (fits) return key;
  throw new Error(
    `Object key ${JSON.stringify(key.slice(0, 80))} is not allowed: expected names of letters, digits, ".", "_" and "-", parted by "/".`,
  );
}

/** A prefix is a key, a key with a slash behind it, or nothing at all. */
export function checkObjectPrefix(prefix: string): string {
  if (prefix !== '') checkObjectKey(prefix.replace(/\/$/, ''));
  return prefix;
}
