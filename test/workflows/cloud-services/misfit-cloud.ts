import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { memorySecrets } from '#adapters/memory/secrets';
import { openstackCloud, type Cloud } from '#adapters/openstack/cloud';
import { NoAnswer, type RawAnswer, type Transport } from '#adapters/openstack/transport';
import { impatientClock, writtenLog } from '../../fixtures/openstack.ts';

/** What the services of a cloud, or its Keystone, answer to everything. */
export interface Misfit {
  /** @default nobody answers */
  readonly services?: Partial<RawAnswer>;
  /** @default a token whose catalog names every service */
  readonly keystone?: Partial<RawAnswer>;
}

const TYPES = ['accelerator', 'block-storage', 'image', 'network', 'placement'];

/** Keystone’s answer with a catalog that has these services in one region. */
export function tokenOf(types: readonly string[] = TYPES, region_id = 'RegionOne'): RawAnswer {
  const catalog = types.map((type) => ({
    type,
    endpoints: [{ interface: 'internal', region_id, url: `https://${type}.test` }],
  }));
  const text = JSON.stringify({ token: { expires_at: '2100-01-01T00:00:00Z', catalog } });
  return { status: 201, headers: { 'x-subject-token': 'a-token' }, text };
}

/** The ports of a cloud whose services do not fit: each is the one that a deployment asks, down to its connections. */
export function misfitCloud({ services, keystone = {} }: Misfit): Cloud {
  const transport: Transport = {
    async send({ url }) {
      if (url.pathname.endsWith('/auth/tokens')) return { ...tokenOf(), ...keystone };
      if (services === undefined) throw new NoAnswer('ECONNREFUSED', false);
      return { status: 200, headers: {}, text: '{}', ...services };
    },
    close: () => undefined,
  };
  return openstackCloud(
    { authUrl: 'https://keystone.test/v3', credentialSecret: 'cloud', region: 'RegionOne' },
    {
      transport,
      secrets: memorySecrets({ cloud: '{"application_credential_id":"i","application_credential_secret":"s"}' }),
      clock: impatientClock().clock,
      log: writtenLog().log,
      marks: memoryClaimMarks(),
      random: () => 0.5,
    },
  );
}
