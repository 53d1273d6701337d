import { describe, expect, test } from 'vitest';
import { rebuildFailure, rebuildPath } from '#conductor/rebuild';

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

  test('is told twice and takes a new image back only where the scheduler found no host', () => {
    expect(rebuildFailure('NoValidHost', 'scheduled')).toMatchObject({ faults: 2, takesImageBack: true });
    expect(rebuildFailure('NoValidHost', 'forced')).toMatchObject({ faults: 1, takesImageBack: false });
  });

  test('leaves the server in error where the claim on the named host lost against another one', () => {
    expect(rebuildFailure('AllocationUpdateFailed', 'forced')).toMatchObject({ vm_state: 'error', faults: 1 });
  });
});
