import { describe, expect, it } from 'vitest';
import { managedSecrets } from '#adapters/secretsmanager/secrets';
import { startFakeEndpoint } from '../fixtures/endpoints/fake-endpoint.ts';

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
});
