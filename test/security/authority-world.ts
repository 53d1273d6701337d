import { MemoryTables } from '#adapters/memory/tables';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import { BlockCounter } from '#records/block-counter';
import { begunEvent } from '#records/items/instance-action';
import {
  aggregateKey,
  API,
  blockDeviceKey,
  cellMappingKey,
  computeNodeKey,
  flavorKey,
  groupKey,
  groupMemberKey,
  groupOfInstanceKey,
  hostMappingKey,
  instanceKey,
  instanceMappingKey,
  MAPPINGS,
  migrationKey,
  serviceKey,
} from '#records/keys';
import type { Records } from '#records/method';
import { instanceIndexKeys } from '#records/instance-index';
import { migrationIndexKeys, migrationPointerKey } from '#records/migration-index';
import { HOSTS, hostsAttribute } from '#records/operation';

/** Whose things a call names: a server on a host, its migration, the host's service and node. */
export interface Owner {
  readonly host: string;
  readonly uuid: string;
  readonly id: number;
}

export const OWNERS = {
  host1: { host: 'host1', uuid: '11111111-0000-4000-8000-000000000000', id: 1 },
  host2: { host: 'host2', uuid: '22222222-0000-4000-8000-000000000000', id: 2 },
} as const satisfies Readonly<Record<string, Owner>>;

const CELL = { name: 'cell1', uuid: '33333333-0000-4000-8000-000000000000' };
const TABLE = `cell-${CELL.name}`;
const NOW = Date.parse('2026-11-22T12:00:00Z');
const REQUEST = 'req-1';

const ADMIN: RequestContext = {
  request_id: REQUEST,
  user_id: null,
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: '',
};

/** The project of every server. */
export const PROJECT = 'p1';

/** What a node must have. */
const NODE: JsonMap = {
  ...Object.fromEntries(
    [
      'vcpus',
      'memory_mb',
      'local_gb',
      'vcpus_used',
      'memory_mb_used',
      'local_gb_used',
      'hypervisor_version',
      'disk_available_least',
      'mapped',
    ].map((name) => [name, 1]),
  ),
  hypervisor_type: 'fake',
  cpu_info: '{}',
  stats: {},
  host_ip: '127.0.0.1',
  numa_topology: null,
};

/** Records in which host1 and host2 have a server, a move, a service, a node, a share and an event each. */
export async function authorityWorld(
  hosts: readonly string[] | undefined,
  context: RequestContext = ADMIN,
): Promise<Records> {
  const tables = new MemoryTables();
  const put = (item: JsonMap & { pk: string; sk: string }) => tables.put(TABLE, item);
  for (const { host, uuid, id } of Object.values(OWNERS)) {
    const common = { id, uuid, deleted: false, created_at: '2026-11-22T11:59:50Z', updated_at: null };
    const server = { vm_state: 'active', task_state: 'rebooting' };
    const move = { ...common, instance_uuid: uuid, status: 'running', source_compute: host, dest_compute: host };
    await put({
      ...instanceKey(uuid),
      ...common,
      host,
      node: host,
      project_id: PROJECT,
      ...server,
      updated_at: '2026-11-22T11:59:50Z',
      [HOSTS]: hostsAttribute(host),
      network_info: '[]',
      ...instanceIndexKeys({ ...server, uuid, host, deleted: false, cleaned: false, created_at: common.created_at })
        .set,
    });
    await put({ ...migrationKey(uuid, uuid), ...move, ...migrationIndexKeys(move).set });
    for (const name of [id, uuid]) await put({ ...migrationPointerKey(name), uuid, instance_uuid: uuid });
    await put({
      ...serviceKey(host, 'nova-compute'),
      ...common,
      host,
      binary: 'nova-compute',
      topic: 'compute',
      report_count: 1,
      version: 66,
      disabled: false,
      forced_down: false,
      last_seen_up: '2026-11-22T11:59:55Z',
      lookup: 'service#nova-compute',
      lookup_sort: host,
    });
    await put({
      ...computeNodeKey(uuid),
      ...NODE,
      ...common,
      host,
      hypervisor_hostname: host,
      by_host: host,
      by_host_sort: `compute-node#${host}#${uuid}`,
      lookup: 'compute-node',
      lookup_sort: `${host}#`,
    });
    await put({
      pk: instanceKey(uuid).pk,
      sk: `action#${REQUEST}`,
      ...common,
      request_id: REQUEST,
      instance_uuid: uuid,
      ...begunEvent('event', { id, event: 'event', host, at: '2026-11-22T12:00:00Z' }, {}),
    });
    await put({
      pk: instanceKey(uuid).pk,
      sk: `share#${uuid}`,
      ...common,
      instance_uuid: uuid,
      share_id: uuid,
      status: 'inactive',
      tag: 'share',
      export_location: 'server:/share',
      share_proto: 'NFS',
      lookup: `share#${uuid}`,
      lookup_sort: uuid,
    });
    await put({
      ...blockDeviceKey(uuid, uuid),
      ...common,
      instance_uuid: uuid,
      volume_id: 'x',
      source_type: 'volume',
      destination_type: 'volume',
      delete_on_termination: false,
      no_device: false,
      encrypted: false,
    });
    await put({
      pk: instanceKey(uuid).pk,
      sk: `virtual-interface#${uuid}`,
      ...common,
      instance_uuid: uuid,
      lookup: `virtual-interface#${uuid}`,
      lookup_sort: uuid,
    });
    const cell = { cell: CELL.name, cell_uuid: CELL.uuid };
    await tables.put(MAPPINGS, { ...instanceMappingKey(uuid), ...cell, id, instance_uuid: uuid, project_id: PROJECT });
    await tables.put(MAPPINGS, { ...hostMappingKey(host), ...cell, id, host });
    await tables.put(API, { ...aggregateKey(id), ...common, name: host, hosts: [host], metadata: {} });
    await tables.put(API, {
      ...groupKey(uuid),
      ...common,
      name: host,
      project_id: PROJECT,
      user_id: 'u1',
      policy: 'affinity',
    });
    await tables.put(API, { ...groupMemberKey(uuid, uuid), id, instance_uuid: uuid });
    await tables.put(API, { ...groupOfInstanceKey(uuid), group_uuid: uuid });
    const size = { memory_mb: 1, vcpus: 1, root_gb: 1, ephemeral_gb: 0, swap: 0, rxtx_factor: 1, vcpu_weight: 0 };
    await tables.put(API, {
      ...flavorKey(id),
      ...common,
      ...size,
      flavorid: 'x',
      name: 'x',
      is_public: true,
      disabled: false,
      extra_specs: {},
      projects: [],
      by_project: 'flavors',
    });
  }
  for (const { uuid } of [CELL, ...Object.values(OWNERS)]) {
    const urls = { transport_url: 'x', database_connection: 'x' };
    await tables.put(MAPPINGS, { ...cellMappingKey(uuid), ...urls, name: CELL.name, uuid, id: 1, disabled: false });
  }
  return {
    tables,
    clock: { now: () => NOW, timer: () => () => undefined },
    ids: { uuid: () => crypto.randomUUID() },
    counter: new BlockCounter({ blockSize: 1 }),
    context,
    cell: CELL,
    ...(hosts === undefined ? {} : { hosts }),
  };
}
