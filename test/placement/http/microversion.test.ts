import { describe, expect, it } from 'vitest';
import { Refused } from '#placement/http/answer';
import { askedMinor } from '#placement/http/microversion';
import { placementApi } from '../../fixtures/placement/placement-api.ts';

/** The status of the refusal of a header. */
function refused(header: string): number | undefined {
  try {
    askedMinor(header);
    return undefined;
  } catch (error) {
    return error instanceof Refused ? error.status : undefined;
  }
}

describe('a microversion of Placement', () => {
  it.each([
    [undefined, 0],
    ['compute 2.90', 0],
    ['placement 1.0', 0],
    ['compute 2.90, placement 1.36', 36],
    ['placement 1.39', 39],
    ['placement latest', 39],
  ])('is read from the header: %s', (header, minor) => {
    expect(askedMinor(header)).toBe(minor);
  });

  it.each([
    ['placement 1.40', 406],
    ['placement 2.0', 406],
    ['placement new', 400],
    ['placement', 400],
  ])('is refused that is not served or cannot be read: %s', (header, status) => {
    expect(refused(header)).toBe(status);
  });

  it('is refused with the range that is served, and named in each answer', async () => {
    const { ask } = placementApi();

    const [older, newer] = [await ask('GET', '/traits', undefined, 6), await ask('GET', '/traits', undefined, 99)];

    expect(older.headers).toMatchObject({ 'openstack-api-version': 'placement 1.6' });
    expect(newer.body).toMatchObject({ errors: [{ status: 406, max_version: '1.39', min_version: '1.0' }] });
  });
});
