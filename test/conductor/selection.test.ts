import { describe, expect, test } from 'vitest';
import { selectionLimits, toBeClaimed } from '#conductor/selection';
import { newObject } from '#wire/wire';

describe('a selection', () => {
  test.each([
    ['says nothing', undefined],
    ['is empty', ''],
    ['is null as text', ' null '],
    ['asks for nothing', '{ }'],
    ['is no text', { allocations: {} }],
  ])('is taken without a claim where its allocation request %s', (_title, request) => {
    expect(toBeClaimed(request)).toBeUndefined();
  });

  test('is claimed by its allocation request as it stands', () => {
    const request = '{ "allocations": {} }';

    expect(toBeClaimed(request)).toBe(request);
  });

  test.each([
    ['those that say anything', newObject('SchedulerLimits', '1.0', { vcpu: 1, disk_gb: null }), { vcpu: 1 }],
    ['none where it has none', null, {}],
    ['none of a list', [1], {}],
    ['none of a text', 'vcpu', {}],
    ['none of a plain map', { vcpu: 1 }, {}],
    ['none of an object without fields', { 'nova_object.data': null }, {}],
  ])('travels with limits: %s', (_title, limits, expected) => {
    expect(selectionLimits(newObject('Selection', '1.1', { limits }))).toEqual(expected);
  });

  test('that is none has no limits', () => {
    expect(selectionLimits(undefined)).toEqual({});
  });
});
