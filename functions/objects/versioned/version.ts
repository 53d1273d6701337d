import { ValueError } from '#errors';

/** A version's numeric parts: 1.10 is newer than 1.9. */
type Version = readonly number[];

const known = new Map<string, Version>();

/** Reads `X.Y` or `X.Y.Z`.
 * @throws ValueError when a part is not a number. */
function parseVersion(text: string): Version {
  const seen = known.get(text);
  if (seen !== undefined) return seen;
  if (!/^\d{1,9}(\.\d{1,9})*$/.test(text)) throw new ValueError(`Version ${text} is not valid`);
  const parts = text.split('.').map(Number);
  // Versions come from messages: what is remembered has to stay small whatever a peer sends.
  if (known.size < 1000) known.set(text, parts);
  return parts;
}

/** Negative when a is older than b, 0 when equal, positive when newer; a missing part is older than any. */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a);
  const right = parseVersion(b);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True when an implementation can stand in for the asked version: same major, not older. */
export function isCompatible(asked: string, implemented: string): boolean {
  return parseVersion(asked)[0] === parseVersion(implemented)[0] && compareVersions(implemented, asked) >= 0;
}

/** The version without its third part, null when it has none. */
export function withoutThirdPart(version: string): string | null {
  const parts = version.split('.');
  return parts.length === 3 ? parts.slice(0, 2).join('.') : null;
}

/** Writes a version as Nova's messages show it: `(1, 6)`. */
export function versionTuple(version: string): string {
  return `(${parseVersion(version).join(', ')})`;
}
