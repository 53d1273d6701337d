import { describe, expect, test } from 'vitest';
import * as errors from '#errors';
import { faultOf } from '#conductor/fault';

describe('the code of a fault', () => {
  test.each([
    new errors.HostMappingNotFound({ name: 'x' }),
    new errors.InstanceNotFound({ instance_id: 'x' }),
    new errors.NoValidHost({ reason: 'x' }),
    new errors.MaxRetriesExceeded({ reason: 'x' }),
    new errors.UnsupportedPolicyException({ reason: 'x' }),
    new errors.InvalidBDM({ reason: 'x' }),
    new errors.CellMappingNotFound({ uuid: 'x' }),
    new errors.RequestSpecNotFound({ instance_uuid: 'x' }),
  ])('of $name is the one of the error', (error) => {
    expect(faultOf({ name: error.name, message: 'x' }).code).toBe(error.code);
  });
});
