import * as v from 'valibot';
import { optionalNames, optionalText, wholeNumber } from './values.ts';

/** Services of a cloud that may stand in for the deployment's own. */
const SERVICES = ['accelerator', 'block-storage', 'image', 'network', 'placement'] as const;

/** Which services of an OpenStack cloud are asked in place of the deployment's own (docs/openstack.md). */
export const OPENSTACK_OPTIONS = {
  openstackServices: optionalNames(
    {
      form: /^(?:accelerator|block-storage|image|network|placement)$/u,
      values: `a list of ${SERVICES.join(', ')}`,
      remedy: 'the others are the deployment’s own',
    },
    'OPENSTACK_SERVICES',
  ),
  openstackAuthUrl: optionalText(
    {
      form: /^https?:\/\/[^\s@]+$/u,
      values: 'the address of Keystone, with http:// or https:// and without user names',
    },
    'OPENSTACK_AUTH_URL',
  ),
  openstackCredentialSecret: optionalText(
    { form: /^[\w/+=.@:-]+$/u, values: 'the name or ARN of a secret of Secrets Manager' },
    'OPENSTACK_CREDENTIAL_SECRET',
  ),
  openstackRegion: optionalText({ form: /^\S+$/u, values: 'the name of a region' }, 'OPENSTACK_REGION'),
  openstackInterfaces: optionalNames(
    { form: /^(?:internal|public|admin)$/u, values: 'a list of internal, public, admin' },
    'OPENSTACK_INTERFACES',
  ),
  openstackEndpoints: optionalNames(
    {
      form: /^(?:accelerator|block-storage|image|network|placement)=https?:\/\/[^\s@,]+$/u,
      values: 'a list like image=https://glance.example.org',
    },
    'OPENSTACK_ENDPOINTS',
  ),
  openstackRetries: optionalNames(
    { form: /^(?:image|network)=\d{1,2}$/u, values: 'a list like image=3,network=5' },
    'OPENSTACK_RETRIES',
  ),
  openstackExtensionSyncInterval: v.optional(
    v.nullable(wholeNumber(1, 86_400, 'OPENSTACK_EXTENSION_SYNC_INTERVAL')),
    null,
  ),
  openstackCa: optionalText(
    {
      form: /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/u,
      values: 'certificates in PEM form',
    },
    'OPENSTACK_CA',
  ),
};

/** The cloud that a context or an environment names. */
export interface NamedCloud {
  readonly services: readonly string[];
  readonly authUrl: string;
  readonly credentialSecret: string;
  readonly endpoints: Readonly<Record<string, string>>;
  /** Tries beyond the first, by service. */
  readonly retries: Readonly<Record<string, number>>;
  readonly region?: string;
  /** In the order in which they are tried. */
  readonly interfaces?: readonly string[];
  /** Certificates of an authority of the operator's, in PEM form. */
  readonly ca?: string;
  /** Seconds for which the list of Neutron's extensions is kept. */
  readonly extensionSyncSeconds?: number;
}

/** The options that belong together. */
interface Given {
  readonly openstackServices: readonly string[] | null;
  readonly openstackAuthUrl: string | null;
  readonly openstackCredentialSecret: string | null;
  readonly openstackEndpoints: readonly string[] | null;
  readonly openstackRetries: readonly string[] | null;
  readonly openstackRegion: string | null;
  readonly openstackInterfaces: readonly string[] | null;
  readonly openstackCa: string | null;
  readonly openstackExtensionSyncInterval: number | null;
  readonly quotaDriver: string;
  readonly countUsageFromPlacement: boolean;
}

/** A cloud that is named in part. */
class CloudIncomplete extends Error {
  override readonly name = 'CloudIncomplete' as const;
}

/**
 * What the options say of a cloud together; undefined when they name none.
 *
 * @throws CloudIncomplete that names the key that is missing
 */
export function namedCloud(given: Given): NamedCloud | undefined {
  const { openstackServices: services, openstackAuthUrl: authUrl, openstackCredentialSecret: credentialSecret } = given;
  if (!(services ?? []).includes('placement')) {
    const needs = 'add placement to openstackServices, whose allocations are counted then, or leave the key out';
    if (given.quotaDriver === 'unified') throw new CloudIncomplete(`quotaDriver is unified: ${needs}`);
    if (given.countUsageFromPlacement) throw new CloudIncomplete(`countUsageFromPlacement is true: ${needs}`);
  }
  if (services === null) return undefined;
  if (authUrl === null) throw new CloudIncomplete('openstackServices is set: set openstackAuthUrl as well');
  if (credentialSecret === null) {
    throw new CloudIncomplete('openstackServices is set: set openstackCredentialSecret as well');
  }
  const { openstackRegion: region, openstackInterfaces: interfaces, openstackCa: ca } = given;
  const { openstackExtensionSyncInterval: extensionSyncSeconds } = given;
  const retries = pairsOf(given.openstackRetries).map(([service, tries]) => [service, Number(tries)] as const);
  return {
    services,
    authUrl,
    credentialSecret,
    endpoints: Object.fromEntries(pairsOf(given.openstackEndpoints)),
    retries: Object.fromEntries(retries),
    ...(region === null ? {} : { region }),
    ...(interfaces === null ? {} : { interfaces }),
    ...(ca === null ? {} : { ca }),
    ...(extensionSyncSeconds === null ? {} : { extensionSyncSeconds }),
  };
}

const pairsOf = (pairs: readonly string[] | null): readonly (readonly [name: string, value: string])[] =>
  (pairs ?? []).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
