import { ObjectActionError } from '#errors';
import type { Data } from './primitive.ts';
import { versionTuple } from './version.ts';

/** Refuses to lower a field whose value the older version does not know.
 * @throws ObjectActionError naming the field, the value and the version. */
export function refuseValues(data: Data, field: string, unknown: readonly string[], target: string): void {
  const value = Object.hasOwn(data, field) ? data[field] : undefined;
  if (typeof value !== 'string' || !unknown.includes(value)) return;
  throw new ObjectActionError({
    action: 'obj_make_compatible',
    reason: `${field}=${value} not supported in version ${versionTuple(target)}`,
  });
}
