import { Refused } from './answer.ts';

/** The microversions that are served: 1.0 up to this minor number. */
export const NEWEST = 39;

/**
 * The minor number of the microversion that a request asks for by the header `OpenStack-API-Version`, for instance 36
 * of `placement 1.36`; 0 where it asks for none of Placement.
 *
 * @throws Refused with 400 for one that cannot be read, 406 for one that is not served
 */
export function askedMinor(header: string | undefined): number {
  const asked = (header ?? '')
    .split(',')
    .map((part) => part.trim().split(/\s+/u))
    .find(([service]) => service === 'placement');
  if (asked === undefined) return 0;
  const [, version = ''] = asked;
  if (version === 'latest') return NEWEST;
  const parts = /^(\d+)\.(\d+)$/u.exec(version);
  if (parts === null) throw new Refused(400, `invalid version string: ${version}`);
  const minor = Number(parts[2]);
  if (parts[1] !== '1' || minor > NEWEST)
    throw new Refused(406, `Invalid microversion: Unacceptable version header: ${version}`);
  return minor;
}
