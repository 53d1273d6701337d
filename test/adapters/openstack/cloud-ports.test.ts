import { describe, expect, it } from 'vitest';
import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { memorySecrets } from '#adapters/memory/secrets';
import { cloudPorts } from '#adapters/openstack/cloud-ports';
import { impatientClock, userContext, writtenLog } from '../../fixtures/openstack.ts';

/** The ports of a cloud whose secret is not there: whatever is asked of it fails by that name. */
const portsOf = (...services: readonly string[]) =>
  cloudPorts(
    services,
    { authUrl: 'http://127.0.0.1:9/v3', credentialSecret: 'cloud' },
    {
      secrets: memorySecrets({}),
      clock: impatientClock().clock,
      log: writtenLog().log,
      marks: memoryClaimMarks(),
      random: () => 0,
    },
  );

const imagesLater = async () => portsOf('image').image;

describe('the ports of a deployment that names a cloud', () => {
  it.each([
    ['accelerator', ['accelerators']],
    ['image', ['image']],
    ['network', ['network', 'networkPorts']],
    ['placement', ['placement', 'cloudQuota']],
    ['block-storage', ['volumes']],
  ])('are those of the services that it names: %s', (service, names) => {
    const ports = portsOf(service);

    expect(Object.keys(ports)).toEqual(names);
  });

  it('are asked by the names of their methods, with what these take', async () => {
    const { placement, volumes } = portsOf('placement', 'block-storage');

    const claims = placement?.allocations('c');
    const attachments = volumes?.attachments(userContext(), 's', 'v');

    await expect(claims).rejects.toMatchObject({ name: 'ServiceMisconfigured' });
    await expect(attachments).rejects.toMatchObject({ name: 'ServiceMisconfigured' });
  });

  it('may be answered by a function that is awaited, which asks nothing of them', async () => {
    const image = await imagesLater();

    expect(typeof image?.get).toBe('function');
  });
});
