import { describe, expect, it } from 'vitest';
import { managedSecrets } from '#adapters/secretsmanager/secrets';
import { startFakeEndpoint } from '../fixtures/endpoints/fake-endpoint.ts';
import { startSilentEndpoint } from '../fixtures/endpoints/silent-endpoint.ts';

describe('secrets of Secrets Manager', () => {
  it('are read anew each time, so that a rotated one is found', async () => {
    const texts = ['first', 'second'];
    const endpoint = await startFakeEndpoint(() => ({ SecretString: texts.shift() }));
    const secrets = managedSecrets(endpoint.config);

    const read = [await secrets.read('cloud'), await secrets.read('cloud')];

    expect(read).toEqual(['first', 'second']);
    expect(endpoint.requests[0]).toMatchObject({ operation: 'GetSecretValue', body: { SecretId: 'cloud' } });
    await endpoint.stop();
  });

  it.each(['ResourceNotFoundException', 'AccessDeniedException'])(
    'that answer %s are an error of the deployment',
    async (type) => {
      const endpoint = await startFakeEndpoint(() => ({ __type: type }));

      const read = managedSecrets(endpoint.config).read('cloud');

      await expect(read).rejects.toMatchObject({
        name: 'ServiceMisconfigured',
        message: expect.stringContaining(type),
      });
      await endpoint.stop();
    },
  );

  it.each([
    ['throttled', { errorStatus: 400 }, 'ThrottlingException'],
    ['broken', { errorStatus: 500 }, 'InternalServiceError'],
    ['refused without a name', { errorStatus: 429 }, 'UnknownError'],
  ] as const)('that are %s are asked for again later', async (_title, options, type) => {
    const endpoint = await startFakeEndpoint(() => ({ __type: type }), options);

    const read = managedSecrets({ ...endpoint.config, maxAttempts: 1 }).read('cloud');

    await expect(read).rejects.toMatchObject({ name: 'ServiceNotReached' });
    await endpoint.stop();
  });

  it('of an endpoint that nobody listens at are asked for again later', async () => {
    const endpoint = await startFakeEndpoint(() => ({}));
    await endpoint.stop();

    const read = managedSecrets({ ...endpoint.config, maxAttempts: 1 }).read('cloud');

    await expect(read).rejects.toMatchObject({ name: 'ServiceNotReached' });
  });

  it('are given up in time where nobody answers', async () => {
    const silent = await startSilentEndpoint();
    const limits = { connectionMs: 50, requestMs: 50, attempts: 1 };

    const read = managedSecrets(silent.config, limits).read('cloud');

    await expect(read).rejects.toMatchObject({ name: 'ServiceNotReached' });
    await silent.stop();
  });
});
