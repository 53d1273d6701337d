import { expect, it } from 'vitest';
import { startHttpService } from '../../fixtures/endpoints/http-service.ts';
import { clientOf, OWN_TOKEN, userContext } from '../../fixtures/openstack.ts';

it.each([
  [{ errors: [{ status: 406, min_version: '1.0', max_version: '1.20' }] }, ' (1.0 to 1.20)'],
  [{ computeFault: { code: 406, message: `no. ${OWN_TOKEN}` } }, ''],
])('a microversion that is too new is reported whoever asks, with those that are served: %j', async (body, served) => {
  const service = await startHttpService(() => ({ status: 406, body }));
  const { client, close } = clientOf(service.url);
  const call = { method: 'GET', path: '/allocations/c', version: '1.28', as: 'user', context: userContext() } as const;

  const error: unknown = await client.call(call).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({
    name: 'ServiceMisconfigured',
    trouble: {
      service: 'placement',
      url: `${service.url}/allocations/c`,
      trouble: 'answered 406 to GET',
      remedy: `It does not serve microversion 1.28${served}: upgrade the service.`,
    },
  });
  expect(String(error)).not.toContain(OWN_TOKEN);
  close();
  await service.stop();
});
