import { afterEach, describe, expect, it } from 'vitest';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { settingsOf } from '#cli/deployment/settings';
import type { Place } from '#cli/deployment/place';
import { startFakeEndpoint, type FakeEndpoint } from '../../fixtures/endpoints/fake-endpoint.ts';

const PLACE: Place = {
  deployment: 'nova-conductor',
  endpoint: 'the account',
  account: '000000000000',
  region: 'us-east-1',
  partition: 'aws',
  queueUrlBase: 'http://127.0.0.1/',
};

let endpoint: FakeEndpoint | undefined;

afterEach(() => endpoint?.stop());

describe('the settings by which the command judges hosts', () => {
  it('are those that the functions of the deployment are given', async () => {
    const Variables = { SERVICE_DOWN_TIME: '15', MASS_SILENCE_LEAST: '7', CELL: 'cell1' };
    endpoint = await startFakeEndpoint(() => ({ Environment: { Variables } }));
    const client = new LambdaClient(endpoint.config);

    const settings = await settingsOf(PLACE, client)();

    expect(settings).toMatchObject({ serviceDownTime: 15, massSilenceLeast: 7, massSilenceShare: 20 });
  });

  it('are those of a local world, which has no function to ask', async () => {
    const nobody = new LambdaClient({ region: 'us-east-1', endpoint: 'http://127.0.0.1:9' });

    const settings = await settingsOf({ ...PLACE, serviceDownTime: 3 }, nobody)();

    expect(settings.serviceDownTime).toBe(3);
  });

  it('are missed by name where the deployment has no such function', async () => {
    endpoint = await startFakeEndpoint(() => ({ __type: 'ResourceNotFoundException' }), { errorStatus: 404 });

    const reading = settingsOf(PLACE, new LambdaClient(endpoint.config))();

    await expect(reading).rejects.toThrow('cannot be read from the function nova-conductor-reconciler');
  });
});
