import { describe, expect, test } from 'vitest';
import { forbiddenTrait, rebuildFailure, rebuildPath } from '#conductor/rebuild';

describe('the host of a rebuild', () => {
  test.each([
    [null, 'host1', 'scheduled'],
    [null, null, 'scheduled'],
    ['host1', 'host1', 'same'],
    ['host2', 'host1', 'forced'],
    ['host2', null, 'forced'],
  ] as const)('asked for as %s, on %s, is found as %s', (host, current, path) => {
    expect(rebuildPath(host, current)).toBe(path);
  });
});

describe('a failed rebuild', () => {
  test.each([
    ['AllocationUpdateFailed', 'same', 'kept'],
    ['NoValidHost', 'scheduled', 'no-host'],
    ['MaxRetriesExceeded', 'scheduled', 'no-host'],
    ['UnsupportedPolicyException', 'scheduled', 'no-host'],
    ['AllocationUpdateFailed', 'scheduled', 'no-host'],
    ['NoValidHost', 'forced', 'kept'],
    ['AllocationUpdateFailed', 'forced', 'lost-claim'],
    ['ComputeHostNotFound', 'forced', 'kept'],
    ['ComputeServiceInUse', 'scheduled', 'kept'],
    ['ComputeServiceUnavailable', 'same', 'given-up'],
    ['ComputeServiceUnavailable', 'scheduled', 'given-up'],
    ['MessagingTimeout', 'scheduled', 'untouched'],
    ['States.Timeout', 'same', 'kept'],
    ['UnsupportedRPCVersion', 'scheduled', 'kept'],
  ] as const)('by %s, %s, is %s', (error, path, kind) => {
    expect(rebuildFailure(error, path).kind).toBe(kind);
  });

  test.each([
    ['NoValidHost', 'scheduled', false, 'error', true],
    ['NoValidHost', 'same', false, null, false],
    ['AllocationUpdateFailed', 'forced', false, 'error', false],
    ['ComputeServiceUnavailable', 'same', false, 'error', false],
    ['UnsupportedRPCVersion', 'same', false, null, true],
    ['UnsupportedRPCVersion', 'scheduled', true, 'error', true],
    ['AcceleratorRequestOpFailed', 'forced', true, 'error', true],
    ['ComputeHostNotFound', 'forced', true, null, false],
  ] as const)(
    'by %s, %s, of an evacuation: %s, leaves vm_state %s and takes a new image back: %s',
    (error, path, evacuates, vm_state, takesImageBack) => {
      expect(rebuildFailure(error, path, evacuates)).toMatchObject({ vm_state, takesImageBack });
    },
  );

  test('by an order that cannot be given is of a kind of its own where the server is evacuated', () => {
    const kinds = [false, true].map((evacuates) => rebuildFailure('KeyError', 'scheduled', evacuates).kind);

    expect(kinds).toEqual(['kept', 'not-ordered']);
  });

  test('makes two faults and takes a new image back only where the scheduler found no host', () => {
    expect(rebuildFailure('NoValidHost', 'scheduled')).toMatchObject({ faults: 2, takesImageBack: true });
    expect(rebuildFailure('NoValidHost', 'forced')).toMatchObject({ faults: 1, takesImageBack: false });
  });

  test('leaves the server in error where the claim on the named host lost against another one', () => {
    expect(rebuildFailure('AllocationUpdateFailed', 'forced')).toMatchObject({ vm_state: 'error', faults: 1 });
  });
});

describe('a trait of an image', () => {
  test.each([
    ['forbidden by the flavor', { 'trait:CUSTOM_A': 'forbidden' }, 'CUSTOM_A'],
    ['forbidden in a group of the flavor', { 'trait1:CUSTOM_A': 'forbidden' }, 'CUSTOM_A'],
    ['required by the flavor', { 'trait:CUSTOM_A': 'required' }, undefined],
    ['not spoken of', { 'trait:CUSTOM_B': 'forbidden' }, undefined],
    ['named by what is no trait', { 'hw:CUSTOM_A': 'forbidden' }, undefined],
    ['free of extra specs', {}, undefined],
  ])('is found where it is %s', (_title, extraSpecs, found) => {
    expect(forbiddenTrait(extraSpecs, ['HW_CPU_X86_AVX', 'CUSTOM_A'])).toBe(found);
  });
});
