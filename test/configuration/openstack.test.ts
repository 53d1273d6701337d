import { namedCloud } from '#configuration/openstack';
import { readContext } from '#configuration/context';
import { describe, expect, it } from 'vitest';

const CLOUD = {
  cells: 'cell1',
  openstackServices: 'image,network',
  openstackAuthUrl: 'https://keystone.example.org/v3',
  openstackCredentialSecret: 'nova-conductor/openstack',
};

describe('a cloud of the context', () => {
  it('is named by its services, Keystone and the secret of the credential', () => {
    const context = {
      ...CLOUD,
      openstackEndpoints: 'image=https://glance.example.org/a=b',
      openstackRetries: 'image=5',
    };

    const named = namedCloud(readContext(context));

    expect(named).toEqual({
      services: ['image', 'network'],
      authUrl: 'https://keystone.example.org/v3',
      credentialSecret: 'nova-conductor/openstack',
      endpoints: { image: 'https://glance.example.org/a=b' },
      retries: { image: 5 },
    });
  });

  it('is none where no service is named', () => {
    expect(namedCloud(readContext({ cells: 'cell1', openstackAuthUrl: CLOUD.openstackAuthUrl }))).toBeUndefined();
  });

  it.each(['openstackAuthUrl', 'openstackCredentialSecret'])('is refused without %s', (key) => {
    const context = readContext({ ...CLOUD, [key]: undefined });

    expect(() => namedCloud(context)).toThrow(`openstackServices is set: set ${key} as well`);
  });

  it.each([
    ['quotaDriver', 'unified'],
    ['countUsageFromPlacement', 'true'],
  ])('is refused without placement where %s is %s, whose books count then', (key, value) => {
    const without = [readContext({ ...CLOUD, [key]: value }), readContext({ cells: 'cell1', [key]: value })];
    const having = readContext({ ...CLOUD, openstackServices: 'placement', [key]: value });

    for (const context of without) expect(() => namedCloud(context)).toThrow(`${key} is ${value}: add placement`);
    expect(namedCloud(having)?.services).toEqual(['placement']);
  });

  it.each([
    ['openstackServices', 'accelerators'],
    ['openstackServices', 'image,image'],
    ['openstackAuthUrl', 'keystone.example.org'],
    ['openstackAuthUrl', 'https://nova:password@keystone.example.org'],
    ['openstackCredentialSecret', 'two words'],
    ['openstackInterfaces', 'private'],
    ['openstackEndpoints', 'volume=https://cinder.example.org'],
    ['openstackCa', '/etc/ssl/ca.pem'],
    ['openstackSubnets', 'my-subnet'],
  ])('refuses %s=%s by its key', (key, value) => {
    expect(() => readContext({ ...CLOUD, [key]: value })).toThrow(`context "${key}"`);
  });
});
