import { describe, expect, it } from 'vitest';
import { faultOf } from '#conductor/fault';
import { failureOf } from '#workflows/step';

const SECRET = 'User arn:aws:sts::111122223333:assumed-role/launch is not authorized';

const caught = (name: string, errorMessage: string) => ({ Error: name, Cause: JSON.stringify({ errorMessage }) });

describe('an error that a step fails with', () => {
  it.each(['AccessDeniedException', 'TypeError', 'Lambda.Unknown', 'States.Runtime'])(
    'of the name %s, which is none of Nova, tells its name alone',
    (name) => {
      const fault = faultOf(failureOf(caught(name, SECRET)));

      expect(fault.message).toBe(name);
      expect(JSON.stringify(fault)).not.toContain('arn:aws');
    },
  );

  it('of Nova tells its words', () => {
    const fault = faultOf(failureOf(caught('NoValidHost', 'No valid host was found.')));

    expect(fault).toMatchObject({ code: 500, message: 'No valid host was found.' });
  });
});
