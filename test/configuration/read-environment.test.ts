import { describe, expect, it } from 'vitest';
import { ADDRESSES, CELL, FUNCTION_DEFAULTS, FUNCTION_OPTIONS } from '#configuration/options';
import { environmentOf, readEnvironment } from '#configuration/read';

const VARIABLES = {
  QUEUE_URL_BASE: 'https://sqs.eu-central-1.amazonaws.com/1/',
  STATE_MACHINE_ARN_BASE: 'arn:aws:states:eu-central-1:1:stateMachine:',
  MESSAGE_BUCKET: 'nova-conductor-messages-1',
  EVENT_BUS_NAME: 'nova-conductor',
  SEAL_KEY_ID: 'alias/nova-conductor-seal',
};

describe('the environment of a function', () => {
  it('that says nothing leaves the defaults, with the check of principals on', () => {
    const options = readEnvironment(FUNCTION_OPTIONS, { WAIT_SECONDS: '' });

    expect(options).toEqual(FUNCTION_DEFAULTS);
    expect(options.requirePrincipals).toBe(true);
  });

  it('is what the options were written to it as, and read back the same', () => {
    const options = {
      ...FUNCTION_DEFAULTS,
      deployment: 'nova-east',
      requirePrincipals: false,
      waitSeconds: 30,
      notifyOnStateChange: 'vm_state' as const,
    };

    const variables = environmentOf(FUNCTION_OPTIONS, options);

    expect(variables).toMatchObject({ DEPLOYMENT: 'nova-east', REQUIRE_PRINCIPALS: 'false', WAIT_SECONDS: '30' });
    expect(readEnvironment(FUNCTION_OPTIONS, variables)).toEqual(options);
  });

  it('has no variable for an option that is unset', () => {
    expect(environmentOf(FUNCTION_OPTIONS, FUNCTION_DEFAULTS)).not.toHaveProperty('NOTIFY_ON_STATE_CHANGE');
  });

  it.each<readonly [variable: string, value: string, says: RegExp]>([
    ['REQUIRE_PRINCIPALS', 'no', /^the environment variable REQUIRE_PRINCIPALS is "no": it may be true or false$/u],
    ['WAIT_SECONDS', '0', /^the environment variable WAIT_SECONDS is "0": it may be a whole number from 1 to 86400$/u],
    ['STALL_SECONDS', 'soon', /^the environment variable STALL_SECONDS is "soon": it may be a whole number/u],
    ['NOTIFICATION_FORMAT', 'legacy', /NOTIFICATION_FORMAT is "legacy": it may be unversioned, versioned, both$/u],
  ])('is refused where %s is %s, with name, value and remedy', (variable, value, says) => {
    expect(() => readEnvironment(FUNCTION_OPTIONS, { [variable]: value })).toThrow(says);
  });

  it.each(Object.keys(VARIABLES))('is refused without %s, which every deployed function is given', (variable) => {
    expect(() => readEnvironment(ADDRESSES, { ...VARIABLES, [variable]: undefined })).toThrow(
      `the environment variable ${variable} is not set`,
    );
  });

  it('names a cell by name and uuid, both of them', () => {
    expect(readEnvironment(CELL, { CELL: 'cell1', CELL_UUID: 'u-1' })).toEqual({ name: 'cell1', uuid: 'u-1' });
    expect(() => readEnvironment(CELL, { CELL: 'cell1' })).toThrow('the environment variable CELL_UUID is not set');
  });
});
