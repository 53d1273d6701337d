import {
  CinderConnectionFailed,
  GlanceConnectionFailed,
  NeutronAdminCredentialConfigurationInvalid,
  PlacementAPIConnectFailure,
} from '#errors';
import type { Accelerators } from '#ports/accelerators';
import type { ClaimMarks } from '#ports/claim-marks';
import type { Clock } from '#ports/clock';
import type { Image } from '#ports/image';
import type { Log } from '#ports/log';
import type { Network } from '#ports/network';
import type { NetworkPorts } from '#ports/network-ports';
import type { CandidatePlacement } from '#ports/allocation-candidates';
import type { Secrets } from '#ports/secrets';
import type { CloudQuota } from '#ports/cloud-quota';
import type { Volumes } from '#ports/volumes';
import { cinderVolumes } from './cinder.ts';
import { cyborgAccelerators } from './cyborg.ts';
import { glanceImages } from './glance.ts';
import { Keystone, versioned } from './identity.ts';
import { neutronExtensions } from './neutron-extensions.ts';
import { NeutronNetwork } from './neutron-network.ts';
import { NeutronPorts } from './neutron-ports.ts';
import { OpenStackPlacement } from './placement.ts';
import { openstackCloudQuota } from './cloud-quota.ts';
import { ServiceClient, type ServiceOptions } from './service-client.ts';
import { shownUrl } from './service-url.ts';
import { KeptConnections, type Transport } from './transport.ts';

/** Services of a cloud, by the types of its catalog; the first of a list is today's, the others older ones. */
const TYPES = {
  placement: ['placement'],
  image: ['image'],
  network: ['network'],
  'block-storage': ['block-storage', 'volumev3'],
  accelerator: ['accelerator'],
  identity: ['identity'],
} as const;

/** A service of the cloud. */
type CloudService = keyof typeof TYPES;

/** How a cloud is reached. */
export interface CloudOptions {
  /** Keystone, for instance `https://keystone.example.org/v3`. */
  readonly authUrl: string;
  /** Name or ARN of the secret that holds the credential (docs/openstack.md). */
  readonly credentialSecret: string;
  readonly region?: string;
  /** In the order in which they are tried. @default internal, then public */
  readonly interfaces?: readonly string[];
  /** Certificates of an authority of the operator's, in PEM form. */
  readonly ca?: string;
  /** Addresses that are used in place of the catalog's. */
  readonly endpoints?: Readonly<Partial<Record<CloudService, string>>>;
  /** Tries beyond the first, by service. @default those of Nova */
  readonly retries?: Readonly<Partial<Record<CloudService, number>>>;
  /** Seconds for which the list of Neutron's extensions is kept. @default 600, as in Nova */
  readonly extensionSyncSeconds?: number;
  /** Milliseconds for one call with all its tries. @default 20000 */
  readonly answerMs?: number;
}

/** What the adapters need of the process. */
export interface CloudParts {
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly marks: ClaimMarks;
  /** From 0 up to 1, without it. */
  readonly random: () => number;
  /** @default connections that are kept between calls, with the authority of the options */
  readonly transport?: Transport;
}

/** The ports that a cloud serves. */
export interface Cloud {
  readonly placement: CandidatePlacement;
  readonly image: Image;
  readonly network: Network;
  readonly networkPorts: NetworkPorts;
  readonly volumes: Volumes;
  readonly accelerators: Accelerators;
  readonly cloudQuota: CloudQuota;
  readonly close: () => void;
}

/** Tries and their pauses as Nova has them: Glance's a second apart, the others' ever longer. */
const growing = (retry: number): number => 200 * 2 ** retry;
const OWN: Readonly<
  Record<CloudService, Pick<ServiceOptions, 'retries' | 'pauseMs' | 'failsBy500' | 'refusedToken' | 'notReached'>>
> = {
  placement: { retries: 2, pauseMs: growing, failsBy500: true, notReached: PlacementAPIConnectFailure },
  image: { retries: 3, pauseMs: () => 1000, notReached: GlanceConnectionFailed },
  network: {
    retries: 3,
    pauseMs: growing,
    refusedToken: ({ trouble }) => new NeutronAdminCredentialConfigurationInvalid(trouble),
  },
  'block-storage': { retries: 3, pauseMs: growing, failsBy500: true, notReached: CinderConnectionFailed },
  accelerator: { retries: 2, pauseMs: growing },
  identity: { retries: 3, pauseMs: growing },
};

/**
 * The ports over one cloud: one connection pool, one token, one circuit a service.
 * Nothing is asked before it is needed.
 */
export function openstackCloud(options: CloudOptions, parts: CloudParts): Cloud {
  const { authUrl, credentialSecret, region, interfaces = ['internal', 'public'], ca, answerMs = 20_000 } = options;
  const { secrets, clock, log, marks, random } = parts;
  const { transport = new KeptConnections(ca === undefined ? {} : { ca }) } = parts;
  const identity = new Keystone({ authUrl, credentialSecret, secrets, transport, clock, answerMs });
  const client = (service: CloudService): ServiceClient => {
    // Catalogs name Keystone with its version or without.
    const endpointOverride = service === 'identity' ? versioned(authUrl) : options.endpoints?.[service];
    const retries = options.retries?.[service];
    return new ServiceClient({
      service,
      types: TYPES[service],
      interfaces,
      identity,
      transport,
      clock,
      log,
      answerMs,
      catalogUrl: shownUrl(authUrl),
      ...(region === undefined ? {} : { region }),
      ...(endpointOverride === undefined ? {} : { endpointOverride }),
      ...OWN[service],
      ...(retries === undefined ? {} : { retries }),
    });
  };
  const network = client('network');
  const accelerators = cyborgAccelerators(client('accelerator'), log);
  const neutron = {
    client: network,
    extensions: neutronExtensions(network, clock, options.extensionSyncSeconds ?? 600),
    log,
  };
  const placement = client('placement');
  return {
    placement: new OpenStackPlacement({ client: placement, marks, clock, log, random }),
    image: glanceImages(client('image')),
    network: new NeutronNetwork({ ...neutron, accelerators }),
    networkPorts: new NeutronPorts(neutron),
    volumes: cinderVolumes(client('block-storage'), log),
    accelerators,
    cloudQuota: openstackCloudQuota(placement, client('identity'), region),
    close: () => transport.close(),
  };
}
