import { MemoryTables } from '#adapters/memory/tables';
import { NovaError } from '#errors';
import { registry } from '#objects/registry';
import type { AnyObject, AnyType } from '#objects/versioned/any-object';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { recordMethods } from '#object-rpc/registry';
import type { Json, JsonMap } from '#ports/json';
import { BlockCounter } from '#records/block-counter';
import { computeNodeKey, eventKey, instanceKey, migrationKey, serviceKey } from '#records/keys';
import type { AuthorityRule } from '#records/authority/rules';
import type { Records } from '#records/method';
import { migrationIndexKeys, migrationPointerKey } from '#records/migration-index';
import { HOSTS, hostsAttribute } from '#records/operation';
import { newObject } from '#wire/wire';

/** A remotable method of the registry, as the table lists it. */
export interface Listed {
  readonly name: string;
  readonly type: AnyType;
  readonly method: string;
  readonly kind: 'class' | 'instance';
  readonly authority: AuthorityRule;
}

/** Every remotable method that is served. */
export const METHODS: readonly Listed[] = [...recordMethods].flatMap(
  ([name, { instance = {}, class: ofClass = {} }]) => {
    const type = registry.get(name);
    if (type === undefined) return [];
    const listed = (kind: Listed['kind'], methods: Readonly<Record<string, { readonly authority: AuthorityRule }>>) =>
      Object.entries(methods).map(([method, { authority }]) => ({
        name: `${name}.${method}`,
        type,
        method,
        kind,
        authority,
      }));
    return [...listed('instance', instance), ...listed('class', ofClass)];
  },
);

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

const context = {
  request_id: REQUEST,
  user_id: null,
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: '',
};

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

/** Records in which host1 and host2 have a server, a finished move, a service, a node and an event each. */
export async function authorityWorld(hosts: readonly string[] | undefined): Promise<Records> {
  const tables = new MemoryTables();
  const put = (item: JsonMap & { pk: string; sk: string }) => tables.put(TABLE, item);
  for (const { host, uuid, id } of Object.values(OWNERS)) {
    const common = { id, uuid, deleted: false, created_at: '2026-11-22T11:59:50Z', updated_at: null };
    const move = { ...common, instance_uuid: uuid, status: 'running', source_compute: host, dest_compute: host };
    await put({
      ...instanceKey(uuid),
      ...common,
      host,
      node: host,
      vm_state: 'active',
      [HOSTS]: hostsAttribute(host),
      network_info: '[]',
      by_host: host,
      by_host_sort: `instance#${uuid}`,
    });
    await put({ ...migrationKey(uuid, uuid), ...move, ...migrationIndexKeys(move).set });
    for (const name of [id, uuid]) await put({ ...migrationPointerKey(name), uuid, instance_uuid: uuid });
    await put({
      ...serviceKey(host, 'nova-compute'),
      ...common,
      host,
      binary: 'nova-compute',
      last_seen_up: '2026-11-22T11:59:55Z',
    });
    await put({
      ...computeNodeKey(uuid),
      ...NODE,
      ...common,
      host,
      hypervisor_hostname: host,
      by_host: host,
      by_host_sort: `compute-node#${host}#${uuid}`,
    });
    await put({ ...eventKey(uuid, REQUEST, 'event'), id, event: 'event', host });
    await put({
      pk: instanceKey(uuid).pk,
      sk: `action#${REQUEST}`,
      ...common,
      request_id: REQUEST,
      instance_uuid: uuid,
    });
    await put({
      pk: instanceKey(uuid).pk,
      sk: `virtual-interface#${uuid}`,
      ...common,
      instance_uuid: uuid,
      lookup: `virtual-interface#${uuid}`,
      lookup_sort: uuid,
    });
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

/** What arguments and fields are given that name something. */
const named = ({ host, uuid, id }: Owner): Readonly<Record<string, Json>> => ({
  ...Object.fromEntries(
    [
      'uuid',
      'instance_uuid',
      'resource_id',
      'vif_uuid',
      'migration_uuid',
      'service_uuid',
      'compute_uuid',
      'group_uuid',
      'aggregate_uuid',
    ].map((name) => [name, uuid]),
  ),
  ...Object.fromEntries(['host', 'dest_compute', 'source_compute', 'nodename', 'node'].map((name) => [name, host])),
  ...Object.fromEntries(
    [
      'id',
      'migration_id',
      'inst_id',
      'node_id',
      'compute_node_id',
      'service_id',
      'compute_id',
      'aggregate_id',
      'cell_id',
      'action_id',
      'event_id',
      'ttl',
      'confirm_window',
      'reboot_window',
      'mapped_less_than',
    ].map((name) => [name, id]),
  ),
  hosts: [host],
  instance_uuids: [uuid],
  uuids: [uuid],
  compute_uuids: [uuid],
  binaries: ['nova-compute'],
  binary: 'nova-compute',
  filters: { host },
  status: 'running',
  updates: {},
  tags: [],
  disabled: false,
  metadata: {},
  event_name: 'event',
  instance: newObject('Instance', '2.7', { uuid }),
  period_beginning: '2026-11-22T11:00:00Z',
  period_ending: '2026-11-22T12:00:00Z',
  begin: '2026-11-22T11:00:00Z',
});

/** Names that a new record may not have yet. */
const CREATES: ReadonlySet<string> = new Set(['create', 'authorize', 'update_or_create', 'begin_task']);

/** Whether a call is refused as nothing of the caller's: `passes` says that it is not, whatever else comes of it. */
export async function outcomeOf(
  listed: Listed,
  hosts: readonly string[] | undefined,
  owner: Owner,
): Promise<'refused' | 'passes' | 'nothing'> {
  const records = await authorityWorld(hosts);
  try {
    const result = await call(records, listed, named(owner));
    return isEmpty(result) ? 'nothing' : 'passes';
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    return error.name === 'Forbidden' ? 'refused' : 'passes';
  }
}

const isEmpty = (result: unknown): boolean =>
  typeof result === 'object' &&
  result !== null &&
  'objects' in result &&
  Array.isArray(result.objects) &&
  result.objects.length === 0;

async function call(
  records: Records,
  { type, method, kind }: Listed,
  values: Readonly<Record<string, Json>>,
): Promise<unknown> {
  const signature = type.remotable[method];
  const methods = recordMethods.get(type.name);
  const args = Object.fromEntries(
    (signature?.args ?? []).flatMap((name) =>
      Object.hasOwn(signature?.defaults ?? {}, name) && values[name] === undefined ? [] : [[name, values[name] ?? 'x']],
    ),
  );
  const received = {
    ...args,
    ...(typeof args['instance'] === 'object' ? { instance: fromPrimitive(args['instance'], registry) } : {}),
  };
  if (kind === 'class') return methods?.class?.[method]?.call(records, received);
  return methods?.instance?.[method]?.call(records, objectOf(type, method, values), received);
}

/** Values that only one type takes. */
const FITTING: ReadonlyMap<string, string> = new Map([
  ['PciDevice.status', 'available'],
  ['ShareMapping.status', 'attaching'],
  ['ShareMapping.share_proto', 'NFS'],
]);

/** An object that names what it touches, with what a method of it needs. */
function objectOf(type: AnyType, method: string, values: Readonly<Record<string, Json>>): AnyObject {
  const fields = [
    'uuid',
    'instance_uuid',
    'resource_id',
    'host',
    'binary',
    'compute_node_id',
    'source_compute',
    'dest_compute',
    'status',
    'id',
    'tag',
    'task_name',
    'period_beginning',
    'period_ending',
    'network_info',
    'project_id',
  ];
  const given = Object.fromEntries(
    fields.flatMap((name): [string, Json][] => {
      if (type.field(name) === undefined || (name === 'id' && CREATES.has(method))) return [];
      return [[name, FITTING.get(`${type.name}.${name}`) ?? values[name] ?? (name === 'network_info' ? '[]' : 'x')]];
    }),
  );
  const changed = Object.keys(given).filter(
    (name) => !['id', 'uuid', 'instance_uuid', 'project_id'].includes(name) || CREATES.has(method),
  );
  return fromPrimitive({ ...newObject(type.name, type.version, given), 'nova_object.changes': changed }, registry);
}
