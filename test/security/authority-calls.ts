import { NovaError } from '#errors';
import { registry } from '#objects/registry';
import type { AnyObject, AnyType } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { everyMethod } from '#object-rpc/registry';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap } from '#ports/json';
import type { AuthorityRule } from '#records/authority/rules';
import type { Records } from '#records/method';
import { newObject } from '#wire/wire';
import { authorityWorld, OWNERS, type Owner } from './authority-world.ts';

const recordMethods = await everyMethod();

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

/** What arguments and fields are given that name something. */
const named = ({ host, uuid, id }: Owner): Readonly<Record<string, Json>> => ({
  ...Object.fromEntries(
    [
      'uuid',
      'instance_uuid',
      'resource_id',
      'vif_uuid',
      'share_id',
      'migration_uuid',
      'service_uuid',
      'compute_uuid',
      'group_uuid',
      'aggregate_uuid',
    ].map((name) => [name, uuid]),
  ),
  ...Object.fromEntries(
    ['host', 'hypervisor_hostname', 'dest_compute', 'source_compute', 'nodename', 'node'].map((name) => [name, host]),
  ),
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

/**
 * What comes of a call: `absent` where there is no such record for the caller, `fails` for any other error of Nova's,
 * `shows` where the answer names a server of a host that the caller does not stand for.
 */
export type Outcome = 'refused' | 'absent' | 'fails' | 'passes' | 'nothing' | 'shows';

/** Whether a call is refused as nothing of the caller's. */
export async function outcomeOf(
  listed: Listed,
  hosts: readonly string[] | undefined,
  owner: Owner,
  context?: RequestContext,
): Promise<Outcome> {
  const records = await authorityWorld(hosts, context);
  try {
    const result = await call(records, listed, owner);
    if (hosts !== undefined && foreign(hosts).some((uuid) => shown(result).includes(uuid))) return 'shows';
    return isEmpty(result) ? 'nothing' : 'passes';
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    if (error.name === 'Forbidden') return 'refused';
    return error.name.endsWith('NotFound') ? 'absent' : 'fails';
  }
}

/** Servers of hosts that the caller does not stand for. */
const foreign = (hosts: readonly string[]): string[] =>
  Object.values(OWNERS).flatMap(({ host, uuid }) => (hosts.includes(host) ? [] : [uuid]));

/** Every text in an answer, however deep. */
function shown(result: unknown): string[] {
  if (typeof result === 'string') return [result];
  if (result instanceof NovaObject) return result.setFields.flatMap((name) => shown(result.peek(name)));
  if (typeof result !== 'object' || result === null) return [];
  return Object.entries(result).flat().flatMap(shown);
}

/** A list without entries, as an object or as it is. */
function isEmpty(result: unknown): boolean {
  if (Array.isArray(result)) return result.length === 0;
  if (typeof result !== 'object' || result === null) return false;
  if (result instanceof NovaObject) return result.type.isList && isEmpty(result.peek('objects'));
  return Object.values(result).every(isEmpty);
}

/** Arguments of a call that name what is an owner's. */
export function argumentsOf({ type, method }: Listed, owner: Owner): JsonMap {
  const values = named(owner);
  const signature = type.remotable[method];
  return Object.fromEntries(
    (signature?.args ?? []).flatMap((name) =>
      Object.hasOwn(signature?.defaults ?? {}, name) && values[name] === undefined ? [] : [[name, values[name] ?? 'x']],
    ),
  );
}

/** Calls a method about what is an owner's. */
export async function call(records: Records, listed: Listed, owner: Owner): Promise<unknown> {
  const { type, method, kind } = listed;
  const methods = recordMethods.get(type.name);
  const args = argumentsOf(listed, owner);
  const received = {
    ...args,
    ...(typeof args['instance'] === 'object' ? { instance: fromPrimitive(args['instance'], registry) } : {}),
  };
  if (kind === 'class') return methods?.class?.[method]?.call(records, received);
  const object: AnyObject = fromPrimitive(objectOf(listed, owner), registry);
  return methods?.instance?.[method]?.call(records, object, received);
}

/** What a new record is named by. */
const FRESH: Readonly<Record<string, string>> = { uuid: '99999999-0000-4000-8000-000000000000', request_id: 'req-2' };

/** Values that only one type takes. */
const FITTING: ReadonlyMap<string, string> = new Map([
  ['PciDevice.status', 'available'],
  ['Migration.migration_type', 'migration'],
  ['ConsoleAuthToken.console_type', 'novnc'],
  ['ConsoleAuthToken.port', '5900'],
  ['InstanceAction.request_id', 'req-1'],
  ['ShareMapping.status', 'attaching'],
  ['ShareMapping.share_proto', 'NFS'],
]);

/** What no host says of what it makes. */
const UNSAID: ReadonlySet<string> = new Set(['Migration.create.uuid', 'Migration.create.project_id']);

/** An object on the wire that names what it touches, with what a method of it needs. */
export function objectOf({ type, method }: Listed, owner: Owner): JsonMap {
  const values = named(owner);
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
    'request_id',
    'migration_type',
    'console_type',
    'port',
    'export_location',
    'share_proto',
    'volume_id',
  ];
  const given = Object.fromEntries(
    fields.flatMap((name): [string, Json][] => {
      if (type.field(name) === undefined || (name === 'id' && CREATES.has(method))) return [];
      if (UNSAID.has(`${type.name}.${method}.${name}`)) return [];
      const fresh = CREATES.has(method) ? FRESH[name] : undefined;
      return [
        [name, fresh ?? FITTING.get(`${type.name}.${name}`) ?? values[name] ?? (name === 'network_info' ? '[]' : 'x')],
      ];
    }),
  );
  const changed = Object.keys(given).filter(
    (name) => !['id', 'uuid', 'instance_uuid', 'project_id'].includes(name) || CREATES.has(method),
  );
  return { ...newObject(type.name, type.version, given), 'nova_object.changes': changed };
}
