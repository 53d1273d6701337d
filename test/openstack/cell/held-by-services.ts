import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { LONGEST_SECONDS } from '#local/nova-compute/eventually';
import type { JsonMap } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { fieldsOf, listOf, mapOf, numberOf, textOf, textOrNull } from '#wire/reading';
import { isMap } from '#objects/versioned/primitive';
import { ask } from '../api.ts';
import { bridgeOf } from '../bridges.ts';
import { cloudToken, cloudUrl, type FilledCloud } from '../filled-cloud.ts';
import type { AskedInstance, CloudCell } from './cloud-cell.ts';

const PLACEMENT = { 'openstack-api-version': 'placement 1.36' };
const VOLUME = { 'openstack-api-version': 'volume 3.44' };

/** Statuses of a migration whose source still keeps its part of the server. */
const WAITS_FOR_USER = 'finished';

/** What the services of a cloud hold for the servers of a cell. */
interface Holdings {
  /** Placement: providers by name, their consumers, and what these hold there. */
  readonly claims: Readonly<Record<string, JsonMap>>;
  /** Neutron: hosts of the bindings of each server’s ports, with their status and what is claimed for them, where. */
  readonly bindings: Readonly<Record<string, JsonMap>>;
  /** Cinder: attachments of each server, as their volume has them. */
  readonly attachments: Readonly<Record<string, readonly JsonMap[]>>;
  /** Cyborg: the requests of each server; under the name `nobody` those of no server. */
  readonly devices: Readonly<Record<string, readonly JsonMap[]>>;
}

/**
 * What Placement, Neutron, Cinder and Cyborg answer of the servers of a cell, and what they have to hold by their
 * records: what they have, where they are, and nothing beside it. Computes end their part after they have said so in
 * the record, so that the services are looked at until both are the same, or as long as anything may take.
 *
 * @throws Error which says what differs to the end
 */
export async function settledHoldings(
  at: CloudCell,
): Promise<{ readonly reported: Holdings; readonly expected: Holdings }> {
  const until = Date.now() + LONGEST_SECONDS * 1000;
  for (;;) {
    const [reported, expected] = [await holdingsOf(at), await expectedOf(at)];
    if (isDeepStrictEqual(reported, expected)) return { reported, expected };
    if (Date.now() > until)
      throw new Error(`not within ${LONGEST_SECONDS} s: ${differences('', reported, expected).join('; ')}`);
    await pause(500);
  }
}

/** Where two answers differ, as texts. */
function differences(path: string, reported: unknown, expected: unknown): string[] {
  if (isDeepStrictEqual(reported, expected)) return [];
  if (!isMap(reported) || !isMap(expected))
    return [`${path} is ${JSON.stringify(reported)} in place of ${JSON.stringify(expected)}`];
  const names = new Set([...Object.keys(reported), ...Object.keys(expected)]);
  return [...names].flatMap((name) => differences(`${path}/${name}`, reported[name], expected[name]));
}

/** What the services are to answer by the records of the cell. */
async function expectedOf(at: CloudCell): Promise<Holdings> {
  const records = await Promise.all(at.asked.map(async (asked) => ({ asked, ...(await recordOf(at, asked.uuid)) })));
  const servers = records.map((record) => expectedOfServer(record, at.providers));
  return {
    claims: Object.fromEntries(
      Object.keys(at.providers).map((name) => [
        name,
        Object.fromEntries(
          servers.flatMap(({ claims }) =>
            claims.filter((claim) => claim.provider === name).map(({ consumer, resources }) => [consumer, resources]),
          ),
        ),
      ]),
    ),
    bindings: Object.fromEntries(servers.map(({ uuid, bindings }) => [uuid, bindings])),
    attachments: Object.fromEntries(servers.map(({ uuid, attachments }) => [uuid, attachments])),
    devices: { nobody: [], ...Object.fromEntries(servers.map(({ uuid, devices }) => [uuid, devices])) },
  };
}

/** What the services answer. */
async function holdingsOf({ cloud, asked, providers, arqsBefore }: CloudCell): Promise<Holdings> {
  const own = await cloudToken(cloud, 'nova', 'service');
  const user = await cloudToken(cloud, 'demo', 'demo');
  const claims = Object.entries(providers).map(
    async ([name, uuid]) => [name, await claimsOn(cloud, own, uuid)] as const,
  );
  const bindings = asked.map(
    async ({ uuid, port }) => [uuid, port === undefined ? {} : await bindingsOf(cloud, own, uuid, port)] as const,
  );
  const attachments = asked.map(
    async ({ uuid, volume }) => [uuid, volume === undefined ? [] : await attachmentsOf(cloud, own, volume)] as const,
  );
  const devices = await devicesOf(cloud, user, arqsBefore);
  return {
    claims: Object.fromEntries(await Promise.all(claims)),
    bindings: Object.fromEntries(await Promise.all(bindings)),
    attachments: Object.fromEntries(await Promise.all(attachments)),
    devices: {
      nobody: devices.get('nobody') ?? [],
      ...Object.fromEntries(asked.map(({ uuid }) => [uuid, devices.get(uuid) ?? []])),
    },
  };
}

async function claimsOn(cloud: FilledCloud, token: string, provider: string): Promise<JsonMap> {
  const url = `${cloudUrl(cloud, 'placement')}/resource_providers/${provider}/allocations`;
  const allocations = mapOf((await ask({ url, token, headers: PLACEMENT }))['allocations']);
  return Object.fromEntries(
    Object.entries(allocations).map(([consumer, held]) => [consumer, mapOf(held)['resources'] ?? {}]),
  );
}

/**
 * Where the ports of a server are bound; the port that was asked for has to be its only
 * one while it has the server’s id.
 */
async function bindingsOf(cloud: FilledCloud, token: string, uuid: string, port: string): Promise<JsonMap> {
  const url = `${cloudUrl(cloud, 'neutron')}/v2.0/ports`;
  const its = listOf((await ask({ url: `${url}?device_id=${uuid}`, token }))['ports']).map(mapOf);
  const all = await Promise.all(
    [port, ...its.flatMap(({ id }) => (textOf(id) === port ? [] : (textOf(id) ?? [])))].map(async (id) => {
      // a port that no server has is asked for no bindings
      const { bindings } = await ask({ url: `${url}/${id}/bindings`, token, accepts: [400] });
      return listOf(bindings)
        .map(mapOf)
        .filter(({ host }) => host !== '')
        .map(({ host, status = null, profile }) => {
          const { allocation = {} } = mapOf(profile);
          return [textOf(host) ?? '', { status, allocation }] as const;
        });
    }),
  );
  return { ...Object.fromEntries(all.flat()), ports: its.map(({ id }) => id ?? null) };
}

async function attachmentsOf(cloud: FilledCloud, token: string, volume: string): Promise<JsonMap[]> {
  const base = `${cloudUrl(cloud, 'cinder')}/v3`;
  const url = `${base}/attachments/detail?volume_id=${volume}&all_tenants=1`;
  const { attachments } = await ask({ url, token, headers: VOLUME });
  const { host_name } = mapOf(
    listOf(
      mapOf((await ask({ url: `${base}/volumes/${volume}`, token, headers: VOLUME }))['volume'])['attachments'],
    )[0],
  );
  return listOf(attachments)
    .map(mapOf)
    .map(({ id = null, instance = null, status = null }) => ({ id, instance, status, host: host_name ?? null }));
}

/** The accelerator requests by their servers, without those that were there before the cell. */
async function devicesOf(
  cloud: FilledCloud,
  token: string,
  before: ReadonlySet<string>,
): Promise<Map<string, JsonMap[]>> {
  const { arqs } = await ask({ url: `${cloudUrl(cloud, 'cyborg')}/v2/accelerator_requests`, token });
  const ours = listOf(arqs)
    .map(mapOf)
    .filter(({ uuid }) => !before.has(textOf(uuid) ?? ''));
  const byServer = Map.groupBy(ours, ({ instance_uuid }) => textOf(instance_uuid) ?? 'nobody');
  return new Map(
    [...byServer].map(([uuid, its]) => [
      uuid,
      its.map(({ hostname = null, state = null, device_profile_name = null }) => ({
        hostname,
        state,
        profile: device_profile_name,
      })),
    ]),
  );
}

/** What the services have to hold for a server by its record. */
interface Expected {
  readonly uuid: string;
  readonly claims: readonly { readonly provider: string; readonly consumer: string; readonly resources: JsonMap }[];
  readonly bindings: JsonMap;
  readonly attachments: readonly JsonMap[];
  readonly devices: readonly JsonMap[];
}

interface Recorded {
  readonly asked: AskedInstance;
  readonly item: Item | undefined;
  readonly attachment: string | null;
  readonly migration: Item | undefined;
}

async function recordOf({ cell }: CloudCell, uuid: string): Promise<Omit<Recorded, 'asked'>> {
  const { items } = await cell.world.services.tables.query(cellTable('cell1'), {
    partition: instanceKey(uuid).pk,
    consistent: true,
  });
  const item = items.find(({ sk }) => sk === 'instance');
  const volume = items.find(
    (each) => each.sk.startsWith('block-device#') && each['source_type'] === 'volume' && each['deleted'] !== true,
  );
  const moves = items.filter(({ sk }) => sk.startsWith('migration#'));
  const migration = moves.toSorted((a, b) => (numberOf(b['id']) ?? 0) - (numberOf(a['id']) ?? 0))[0];
  return { item, attachment: textOrNull(volume?.['attachment_id']), migration };
}

function expectedOfServer(
  { asked, item, attachment, migration }: Recorded,
  providers: CloudCell['providers'],
): Expected {
  const { uuid, port, bandwidth, volume, profile } = asked;
  // one that no host could build has given back everything but its record
  const isThere = item !== undefined && item['deleted'] !== true && item['vm_state'] !== 'error';
  const host = isThere ? instanceItem(item).host : null;
  const allocation = (at: string): JsonMap =>
    bandwidth === undefined ? {} : { [bandwidth.requesterId]: providers[bridgeOf(at)] ?? null };
  const attached = { id: attachment, instance: uuid, status: host === null ? 'reserved' : 'attached', host };
  return {
    uuid,
    claims: host === null ? [] : claimsOf(asked, host, { item, migration }),
    bindings:
      port === undefined
        ? {}
        : {
            ...(host === null ? {} : { [host]: { status: 'ACTIVE', allocation: allocation(host) } }),
            ports: isThere ? [port] : [],
          },
    attachments: volume === undefined || !isThere ? [] : [attached],
    devices: profile === undefined || host === null ? [] : [{ hostname: host, state: 'Bound', profile }],
  };
}

/**
 * A server holds its flavor on its node and its devices below it; one that is resized holds its old flavor
 * on its source by its migration.
 */
function claimsOf(
  { uuid, profile, bandwidth }: AskedInstance,
  host: string,
  { item, migration }: Pick<Recorded, 'item' | 'migration'>,
): Expected['claims'] {
  const resources = resourcesOf(fieldsOf(item?.['flavor']));
  const waits = migration?.['status'] === WAITS_FOR_USER;
  const source = textOf(migration?.['source_compute']) ?? '';
  const moved = textOf(migration?.['uuid']) ?? '';
  const onBridge = (at: string, consumer: string) =>
    bandwidth === undefined ? [] : [{ provider: bridgeOf(at), consumer, resources: bandwidth.resources }];
  return [
    { provider: host, consumer: uuid, resources },
    ...onBridge(host, uuid),
    ...(profile === undefined ? [] : [{ provider: `${host}_FakeDevice`, consumer: uuid, resources: { FPGA: 1 } }]),
    ...(waits
      ? [
          { provider: source, consumer: moved, resources: resourcesOf(fieldsOf(item?.['old_flavor'])) },
          ...onBridge(source, moved),
        ]
      : []),
  ];
}

const resourcesOf = ({ vcpus = 0, memory_mb = 0, root_gb = 0 }: JsonMap): JsonMap => ({
  VCPU: vcpus,
  MEMORY_MB: memory_mb,
  DISK_GB: root_gb,
});
