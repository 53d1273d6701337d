import * as fc from 'fast-check';
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

test.each(['OSError', 'constructor', '__proto__', 'toString'])(
  'the code of %s, which is none of ours, is 500',
  (name) => {
    expect(faultOf({ name, message: 'x' }).code).toBe(500);
  },
);

describe('the text of a fault', () => {
  test('has details with the name and the message of an error of ours, and none of one that users cause', () => {
    const details = ['OSError', 'InstanceNotFound'].map((name) => faultOf({ name, message: 'disk full' }).details);

    expect(details).toEqual([expect.stringMatching(/OSError: disk full/u), '']);
  });

  test('is the name of an error that says nothing', () => {
    expect(faultOf({ name: 'OSError', message: '' }).message).toBe('OSError');
  });

  test('is as much of the message as 255 bytes hold, without half a character', () => {
    const characters = fc.array(fc.constantFrom('a', 'é', '€', '😀'), { minLength: 60, maxLength: 150, size: 'max' });

    fc.assert(
      fc.property(characters, (all) => {
        const { message } = faultOf({ name: 'OSError', message: all.join('') });

        const beginnings = all.map((_, at) => all.slice(0, at + 1).join(''));
        expect(message).toBe(beginnings.filter((text) => Buffer.byteLength(text) <= 255).at(-1));
      }),
    );
  });

  test('keeps a message of just 255 bytes whole', () => {
    const message = 'x'.repeat(255);

    expect(faultOf({ name: 'OSError', message }).message).toBe(message);
  });
});
