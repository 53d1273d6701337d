import type { Json } from '#ports/json';
import { listOf, mapOf, textOf } from '#wire/reading';

/** The range of microversions that a service serves, both ends included. */
export interface VersionRange {
  readonly min: string;
  readonly max: string;
}

/** The range in a version document: `{versions: [{min_version, max_version | version}]}`, or one such entry. */
export function versionRange(document: Json | undefined): VersionRange | undefined {
  const { versions, version } = mapOf(document);
  const entries = [...listOf(versions), ...(version === undefined ? [] : [version])];
  const ranges = entries.flatMap((entry): VersionRange[] => {
    const { min_version: min, max_version: max, version: newest } = mapOf(entry);
    const highest = textOf(max) ?? textOf(newest);
    return highest === undefined ? [] : [{ min: textOf(min) ?? '0.0', max: highest }];
  });
  return ranges.toSorted((one, other) => compareVersions(other.max, one.max))[0];
}

/** Below 0, 0 or above 0, as `1.9` is below `1.36`. */
function compareVersions(one: string, other: string): number {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major - otherMajor || minor - otherMinor;
}

/** Whether a service serves this microversion. */
export const serves = ({ min, max }: VersionRange, version: string): boolean =>
  compareVersions(version, min) >= 0 && compareVersions(version, max) <= 0;
