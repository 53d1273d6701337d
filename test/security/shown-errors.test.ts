import { describe, expect, it } from 'vitest';
import { faultOf } from '#conductor/fault';
import { NoValidHost } from '#errors';
import { failureOf, stepFunction } from '#workflows/step';
import { BuildWorld } from '../fixtures/build-world.ts';

const SECRET = 'User arn:aws:sts::111122223333:assumed-role/launch is not authorized';

/** What a state machine shows of a step that throws. */
async function caughtOf(error: Error) {
  const { services } = await BuildWorld.boot();
  const step = stepFunction(services, {
    work: () => {
      throw error;
    },
  });
  try {
    await step({ step: 'work', state: {}, execution: 'e' });
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : new Error('no error was thrown');
    return { Error: name, Cause: JSON.stringify({ errorType: name, errorMessage: message }) };
  }
  throw new Error('nothing was thrown');
}

describe('an error that a step fails with', () => {
  it.each(['AccessDeniedException', 'TypeError'])(
    'of the name %s, which is none of Nova, shows its name alone',
    async (name) => {
      const error = new Error(SECRET);
      error.name = name;

      const caught = await caughtOf(error);

      expect(JSON.stringify(caught)).not.toContain('arn:aws');
      expect(faultOf(failureOf(caught)).message).toBe(name);
    },
  );

  it('of Nova shows its words', async () => {
    const caught = await caughtOf(new NoValidHost({ reason: 'there is no room' }));

    expect(faultOf(failureOf(caught)).message).toContain('there is no room');
  });

  it.each(['Lambda.AWSLambdaException', 'States.Runtime'])('of a service, %s, shows its name alone', (name) => {
    const fault = faultOf(failureOf({ Error: name, Cause: SECRET }));

    expect(fault.message).toBe(name);
  });
});
