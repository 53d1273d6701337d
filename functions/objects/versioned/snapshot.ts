import { isMap } from './primitive.ts';

/** A copy of a tracked map or list of scalars, to see later whether it was changed in place. */
export function snapshotOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  return isMap(value) ? { ...value } : undefined;
}

/** True when a map or list is not what the snapshot holds; nothing seen counts as empty. */
export function differs(value: unknown, seen: unknown): boolean {
  if (Array.isArray(value)) {
    const before: readonly unknown[] = Array.isArray(seen) ? seen : [];
    return value.length !== before.length || value.some((item, index) => item !== before[index]);
  }
  if (!isMap(value)) return false;
  const before = isMap(seen) ? seen : {};
  const keys = Object.keys(value);
  return (
    keys.length !== Object.keys(before).length ||
    keys.some((key) => !Object.hasOwn(before, key) || value[key] !== before[key])
  );
}
