import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { memorySecrets } from '#adapters/memory/secrets';
import { openstackCloud, type Cloud } from '#adapters/openstack/cloud';
import { namedCloud } from '#configuration/openstack';
import { checkCloudQuota } from '#operations/check-cloud-quota';
import type { Configuration } from '#ports/configuration';
import type { JsonMap } from '#ports/json';
import { fieldsOf } from '#wire/reading';
import { startHttpService } from '../fixtures/endpoints/http-service.ts';
import { impatientClock, userContext, writtenLog } from '../fixtures/openstack.ts';
import { rejected } from '../fixtures/rejected.ts';
import { flavor, requestSpec } from '../fixtures/request-spec.ts';
import { memoryTables } from '../fixtures/tables.ts';

const CONTEXT = userContext();
const SECRET = (id: string) => `{"application_credential_id":"${id}","application_credential_secret":"s"}`;

/** Image and network in a catalog of a region each, once for services and once for everybody. */
const catalogOf = (base: string, regions: readonly string[]): JsonMap[] =>
  ['image', 'network'].map((type) => ({
    type,
    endpoints: regions.flatMap((region_id) =>
      ['internal', 'public'].map((face) => ({
        interface: face,
        region_id,
        url: `${base}/${region_id}/${face}/${type}`,
      })),
    ),
  }));

/** How a cloud is asked under a configuration. */
interface Asking {
  readonly ask: (cloud: Cloud, pass: (seconds: number) => void) => Promise<unknown>;
  /** @default ['R'] */
  readonly regions?: readonly string[];
  /** In place of the address of the cloud that is there. */
  readonly authUrl?: string;
  /** What its services answer. @default 404 */
  readonly status?: number;
}

/** What a cloud is asked under a configuration, by path or by the id of the credential, and what comes of it. */
async function asked(config: Configuration, { ask, regions = ['R'], authUrl, status = 404 }: Asking): Promise<unknown> {
  let [base, now] = ['', 0];
  const service = await startHttpService(({ path }) =>
    path === '/v3/auth/tokens'
      ? {
          status: 201,
          headers: { 'x-subject-token': 'token' },
          body: { token: { expires_at: '2100-01-01T00:00:00Z', catalog: catalogOf(base, regions) } },
        }
      : { status: path.endsWith('/extensions') ? 200 : status, body: { extensions: [], ports: [] } },
  );
  base = service.url;
  const named = namedCloud({
    ...config,
    openstackServices: ['image', 'network'],
    openstackAuthUrl: config.openstackAuthUrl ?? authUrl ?? `${base}/v3`,
    openstackCredentialSecret: config.openstackCredentialSecret ?? 'own',
  });
  if (named === undefined) throw new Error('no cloud is named');
  const cloud = openstackCloud(named, {
    secrets: memorySecrets({ own: SECRET('own'), another: SECRET('another') }),
    clock: { ...impatientClock().clock, now: () => now },
    log: writtenLog().log,
    marks: memoryClaimMarks(),
    random: () => 0,
  });
  const error = await ask(cloud, (seconds) => (now += seconds * 1000)).catch((failed: unknown) => String(failed));
  cloud.close();
  await service.stop();
  const paths = service.requests.map(({ path, body }) => (path.startsWith('/v3/') ? JSON.stringify(body) : path));
  return JSON.stringify([paths, error]).replaceAll(/127\.0\.0\.1:\d+/gu, 'cloud');
}

const image = (cloud: Cloud): Promise<unknown> => cloud.image.get(CONTEXT, 'i', { showDeleted: false });

const pem = (name: string): string => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

/** What comes of a cloud whose certificate is of an authority of the operator's. */
async function underAuthority(config: Configuration): Promise<unknown> {
  const keys = { key: pem('server-key'), cert: pem('server') };
  const server = createServer(keys, (_, outgoing) => outgoing.writeHead(404).end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const seen = await asked(config, { ask: image, authUrl: `https://127.0.0.1:${port}/v3` });
  server.closeAllConnections();
  server.close();
  return seen;
}

/** What a check of a project's quota ends with, whose usage lies in the books of a cloud. */
async function checked(config: Configuration, limits: Readonly<Record<string, number>>): Promise<unknown> {
  const { tables } = memoryTables();
  const cloudQuota = {
    usages: async () => ({ VCPU: 20, PCPU: 1, MEMORY_MB: 512 }),
    limits: async (_project: string, names: readonly string[]) =>
      new Map(Object.entries(limits).filter(([name]) => names.includes(name))),
  };
  const spec = fieldsOf(requestSpec({ flavor: flavor({ vcpus: 2 }) }));
  const request = { project: 'p', user: 'u', spec, asked: { instances: 1, cores: 2, ram: 512 } };
  return String(await rejected(checkCloudQuota({ tables, cloudQuota, config }, request)).catch(() => 'it fits'));
}

const unified = (config: Configuration): Configuration => ({ ...config, quotaDriver: 'unified' });
const ALL = { servers: 9, 'class:VCPU': 20, 'class:MEMORY_MB': 2048, 'class:DISK_GB': 100 };

/** What the options of a cloud change. */
export const SEEN_IN_CLOUDS = {
  openstackServices: (config: Configuration) =>
    namedCloud({ ...config, openstackAuthUrl: 'http://c', openstackCredentialSecret: 'c' })?.services,
  openstackAuthUrl: (config: Configuration) => asked(config, { ask: image }),
  openstackCredentialSecret: (config: Configuration) => asked(config, { ask: image }),
  openstackRegion: (config: Configuration) => asked(config, { ask: image, regions: ['Q', 'R'] }),
  openstackInterfaces: (config: Configuration) => asked(config, { ask: image }),
  openstackEndpoints: (config: Configuration) => asked(config, { ask: image }),
  openstackRetries: (config: Configuration) => asked(config, { ask: image, status: 503 }),
  openstackExtensionSyncInterval: (config: Configuration) =>
    asked(config, {
      status: 200,
      ask: async ({ networkPorts }, pass) => {
        await networkPorts.hasBindings(CONTEXT);
        pass(300);
        await networkPorts.hasBindings(CONTEXT);
      },
    }),
  openstackCa: underAuthority,
  quotaDriver: (config: Configuration) => checked(config, { servers: 0 }),
  countUsageFromPlacement: (config: Configuration) => checked(config, {}),
  unifiedLimitsStrategy: (config: Configuration) => checked(unified(config), { 'class:VCPU': 20 }),
  unifiedLimitsResources: (config: Configuration) => checked(unified(config), {}),
  unifiedLimitsCountPcpuAsVcpu: (config: Configuration) => checked(unified(config), ALL),
} as const;
