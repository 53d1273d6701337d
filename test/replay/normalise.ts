import type { Json, JsonMap } from '#ports/json';
import { ABSENT, type Difference } from './compare.ts';
import { mapOf } from './recorded-file.ts';
import type { RecordedCase } from './recorded-case.ts';
import { NOW, time } from './row-values.ts';
import { hasKey, type Change, type Row, type SqlState } from './sql-state.ts';
import { plainText } from '#wire/reading';

/**
 * Every normalisation is a row of docs/parity.md under the name that it has here; how many cases each
 * touched is printed at the end of a run.
 */
export const applied = new Map<string, number>();

/** The normalisations that touched the case at hand. */
const touching = new Set<string>();

/** Notes a normalisation once for the case at hand. */
export function note(name: string): void {
  if (touching.has(name)) return;
  touching.add(name);
  applied.set(name, (applied.get(name) ?? 0) + 1);
}

/** Begins a case. */
export function beginCase(): void {
  touching.clear();
}

const HEARTBEAT = new Set(['report_count', 'last_seen_up', 'updated_at']);

/** Methods that only read: what is booked on them is somebody else's. */
const READS = /^(get_|_get_|refresh$|validate$|exists$|count)/;

/** The tables that methods of a type write, with the kinds of changes that they make there. */
const OWN: Readonly<Record<string, Readonly<Record<string, readonly Kind[]>>>> = {
  BlockDeviceMapping: { block_device_mapping: ['insert', 'update'] },
  ComputeNode: { compute_nodes: ['insert', 'update'] },
  InstanceAction: { instance_actions: ['insert', 'update'] },
  InstanceActionEvent: { instance_actions: ['update'], instance_actions_events: ['insert', 'update'] },
  InstanceFault: { instance_faults: ['insert'] },
  InstanceInfoCache: { instance_info_caches: ['insert', 'update'] },
  Migration: { migrations: ['insert', 'update'] },
  PciDevice: { pci_devices: ['insert', 'update', 'delete'] },
  Service: { services: ['insert', 'update'], compute_nodes: ['update'] },
  ShareMapping: { share_mapping: ['insert', 'update', 'delete'] },
  VirtualInterface: { virtual_interfaces: ['insert', 'update', 'delete'] },
};

type Kind = 'insert' | 'update' | 'delete';

/**
 * What the request itself changed of what is booked on it.
 *
 * `bystanders`: the API and other services write at any time, and the recording books that on whatever request is open.
 * Of a request that only reads, nothing is its own; of others, what lies in tables that its type writes, and rows of
 * the server that it names. `heartbeats`: services of the test's process report their state at any time; such changes
 * are left out, except where the request is about the very service.
 */
export function ownChanges(recorded: RecordedCase, before: SqlState): Change {
  if (READS.test(plainText(recorded.args['objmethod'] ?? 'get_'))) {
    if (Object.keys(recorded.change).length > 0) note('bystanders');
    return {};
  }
  const object = mapOf(recorded.args['objinst']);
  const type = plainText(object['nova_object.name'] ?? recorded.args['objname']);
  const server = serverOf(recorded);
  return Object.fromEntries(
    Object.entries(recorded.change).map(([database, tables]) => [
      database,
      Object.fromEntries(
        Object.entries(tables).map(([table, change]) => {
          const kinds = type in OWN ? (OWN[type]?.[table] ?? []) : (['insert', 'update', 'delete'] as const);
          const own = (row: Row, known: Row): boolean =>
            isOwn({ ...known, ...row }, table, server) &&
            !(table === 'services' && isHeartbeat(row, type !== 'Service' || !isNamed(object, known)));
          const rows = before.rows(database, table);
          return [
            table,
            {
              insert: kinds.includes('insert') ? (change.insert ?? []).filter((row) => own(row, {})) : [],
              delete: kinds.includes('delete') ? (change.delete ?? []).filter((row) => own(row, {})) : [],
              update: kinds.includes('update')
                ? (change.update ?? []).filter(({ key, new: row }) =>
                    own(row, rows.find((each) => hasKey(each, key)) ?? key),
                  )
                : [],
            },
          ];
        }),
      ),
    ]),
  );
}

/**
 * `changes booked elsewhere`: where nothing but reports of services is booked on a request that writes, its own change
 * was booked on another one, and only its reply is compared.
 */
export function isBookedElsewhere(recorded: RecordedCase, before: SqlState): boolean {
  const tables = Object.values(recorded.change).flatMap((each) => Object.keys(each));
  const method = plainText(recorded.args['objmethod'] ?? 'get_');
  if (tables.length === 0 || READS.test(method) || tables.some((table) => table !== 'services')) return false;
  const own = Object.values(ownChanges(recorded, before)).flatMap((each) => Object.values(each));
  if (own.some(({ insert = [], update = [] }) => insert.length + update.length > 0)) return false;
  note('changes booked elsewhere');
  return true;
}

/** The server that a request names, where it names one. */
function serverOf(recorded: RecordedCase): string | undefined {
  const data = mapOf(mapOf(recorded.args['objinst'])['nova_object.data']);
  const args = recorded.args['args'];
  const given =
    mapOf(recorded.args['objinst'])['nova_object.name'] === 'Instance' ? data['uuid'] : data['instance_uuid'];
  const first = Array.isArray(args) ? args[0] : undefined;
  const uuid = given ?? (plainText(recorded.args['objname']).startsWith('InstanceAction') ? first : undefined);
  return typeof uuid === 'string' ? uuid : undefined;
}

function isOwn(row: Row, table: string, server: string | undefined): boolean {
  if (server === undefined) return true;
  const of = table === 'instances' ? row['uuid'] : row['instance_uuid'];
  return typeof of !== 'string' || of === server || table === 'pci_devices';
}

const isHeartbeat = (row: Row, ofOthers: boolean): boolean =>
  ofOthers && Object.keys(row).every((column) => HEARTBEAT.has(column));

/** Whether a service is the one that the request is about. */
function isNamed(object: JsonMap, known: Row): boolean {
  const { host = null, binary = null } = mapOf(object['nova_object.data']);
  return known['host'] === host && known['binary'] === binary;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * `same-second times`: Nova's row has a fraction of a second that the message lost, so a time which did not change, or
 * changed within its second, comes back as an update that says the same as the object that was sent. Such an update is
 * left out of both sides, as long as ours is the present or nothing at all.
 */
export function forgetSameTimes(recorded: RecordedCase, before: SqlState, left: Json, right: Json): [Json, Json] {
  if (recorded.method !== 'object_action' || !Array.isArray(left) || !Array.isArray(right)) return [left, right];
  const sent = mapOf(mapOf(recorded.args['objinst'])['nova_object.data']);
  const [theirs, ours] = [mapOf(left[0]), mapOf(right[0])];
  const same = new Set(
    Object.entries(theirs).flatMap(([name, value]) =>
      typeof value === 'string' &&
      TIME.test(value) &&
      sent[name] === value &&
      [undefined, NOW, value].includes(typeof ours[name] === 'string' ? ours[name] : undefined)
        ? [name]
        : [],
    ),
  );
  if (same.size > 0) note('same-second times');
  if (isStale(recorded, before, theirs, ours)) {
    note('stale updated_at');
    same.add('updated_at');
  }
  const without = (updates: JsonMap): JsonMap =>
    Object.fromEntries(Object.entries(updates).filter(([name]) => !same.has(name)));
  return [
    [without(theirs), ...left.slice(1)],
    [without(ours), ...right.slice(1)],
  ];
}

/**
 * `stale updated_at`: Nova answers Instance.save with the `updated_at` from before the save, ours with the new one.
 */
function isStale(recorded: RecordedCase, before: SqlState, theirs: JsonMap, ours: JsonMap): boolean {
  const object = mapOf(recorded.args['objinst']);
  if (object['nova_object.name'] !== 'Instance' || recorded.args['objmethod'] !== 'save') return false;
  if (ours['updated_at'] !== NOW) return false;
  const { uuid = null } = mapOf(object['nova_object.data']);
  const row = before.rows(recorded.cell, 'instances').find((each) => each['uuid'] === uuid);
  const old = time(row?.['updated_at']);
  return theirs['updated_at'] === undefined || theirs['updated_at'] === old;
}

const id = (device: Json): number => Number(mapOf(mapOf(device)['nova_object.data'])['id']);

/**
 * `unsorted rows`: Nova asks for a server's block devices without an order, so they come as the database finds them.
 * Both sides are sorted by id.
 */
export function sortedDevices(value: Json): Json {
  const data = mapOf(mapOf(value)['nova_object.data']);
  const { objects } = data;
  if (mapOf(value)['nova_object.name'] !== 'BlockDeviceMappingList' || !Array.isArray(objects)) return value;
  if (objects.some((device, at) => at > 0 && id(device) < id(objects[at - 1] ?? null))) note('unsorted rows');
  return {
    ...mapOf(value),
    'nova_object.data': { ...data, objects: objects.toSorted((a, b) => id(a) - id(b)) },
  };
}

/**
 * `deleted services`: Nova lists the deleted services of a server's host among its services; ours forgets a deleted
 * service when the host registers again. They are left out of both sides.
 *
 * `racing caches`: while other requests were open, a server's info cache may be changed by one that is booked later, so
 * it is not compared then.
 */
export function withoutUncertain(recorded: RecordedCase, reply: Json): Json {
  const isInstance = mapOf(recorded.args['objinst'])['nova_object.name'] === 'Instance';
  if (!isInstance || !Array.isArray(reply)) return reply;
  const [updates = null, ...rest] = reply;
  const { info_cache, services, ...kept } = mapOf(updates);
  return [
    {
      ...kept,
      ...(services === undefined ? {} : { services: withoutDeleted(services) }),
      ...(info_cache === undefined || recorded.overlapped ? {} : { info_cache }),
    },
    ...rest,
  ];
}

function withoutDeleted(list: Json): Json {
  const data = mapOf(mapOf(list)['nova_object.data']);
  const objects = Array.isArray(data['objects']) ? data['objects'] : [];
  const live = objects.filter((each) => mapOf(mapOf(each)['nova_object.data'])['deleted'] !== true);
  if (live.length < objects.length) note('deleted services');
  return { ...mapOf(list), 'nova_object.data': { ...data, objects: live.map(withoutHeartbeat) } };
}

/** A service without what its reports change: it may report while the request is open. */
function withoutHeartbeat(service: Json): Json {
  const data = Object.entries(mapOf(mapOf(service)['nova_object.data'])).filter(([name]) => !HEARTBEAT.has(name));
  return { ...mapOf(service), 'nova_object.data': Object.fromEntries(data) };
}

/**
 * `replaced methods`: where the scenario replaces the method that is called, and the call fails, what stands in its
 * place may have touched the server's row: its time is not compared.
 */
export function withoutTouched({ isReplaced, reply }: RecordedCase, differences: readonly Difference[]): Difference[] {
  const touched = / instance\.(updated_at|lookup_sort)$/;
  const left = differences.filter(({ path }) => !(isReplaced && reply?.failure != null && touched.test(path)));
  if (left.length < differences.length) note('replaced methods');
  return left;
}

/**
 * `ids of nodes`: where a compute of Nova 26 saves the node of a server, ours keeps the node's id with
 * it, which Nova 26 does not know.
 */
export function withoutNodeIds({ args }: RecordedCase, differences: readonly Difference[]): Difference[] {
  if (mapOf(args['objinst'])['nova_object.version'] !== '2.7') return [...differences];
  const left = differences.filter(
    ({ path, recorded }) => !path.endsWith(' instance.compute_id') || recorded !== ABSENT,
  );
  if (left.length < differences.length) note('ids of nodes');
  return left;
}

/** Nova 26's words of two refusals, and those of today. */
const REWORDED = [
  ['mixed policy is not supported in version', 'cpu_policy=mixed not supported in version'],
  ['hw_numa_affinity_policy=socket', 'hw_pci_numa_affinity_policy=socket'],
] as const;

/** `reworded refusals`: where Nova 26 says a refusal to lower in other words than Nova 34, ours says those of 34. */
export function asWordedToday(result: Json): Json {
  const { exception } = mapOf(result);
  const { message = null } = mapOf(exception);
  const words = REWORDED.find(([old]) => typeof message === 'string' && message.includes(old));
  if (words === undefined) return result;
  note('reworded refusals');
  return { exception: { ...mapOf(exception), message: plainText(message).replace(words[0], words[1]) } };
}
