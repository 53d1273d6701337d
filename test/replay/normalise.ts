import type { Json, JsonMap } from '#ports/json';
import { mapOf } from './recorded-file.ts';
import type { RecordedCase } from './recorded-case.ts';
import { NOW, time } from './row-values.ts';
import type { Change, SqlState } from './sql-state.ts';

/** Every normalisation is a row of docs/parity.md under the name that it has here. */

const HEARTBEAT = new Set(['report_count', 'last_seen_up', 'updated_at']);

/** Methods that only read: what is booked on them is somebody else's. */
const READS = /^(get_|_get_|refresh$|validate$|exists$|count)/;

/**
 * What the request itself changed of what is booked on it.
 *
 * `bystanders`: the API and other services write at any time, and the recording books that on whatever request is open;
 * nothing that is booked on a request that only reads is its own. `heartbeats`: services of the test's process report
 * their state at any time; such changes are left out, except where the request is about services.
 */
export function ownChanges(recorded: RecordedCase): Change {
  if (READS.test(String(recorded.args['objmethod'] ?? 'get_'))) return {};
  const about = `${String(recorded.args['objname'])} ${String(mapOf(recorded.args['objinst'])['nova_object.name'])}`;
  if (about.includes('Service')) return recorded.change;
  return Object.fromEntries(
    Object.entries(recorded.change).map(([database, tables]) => {
      const { services, ...others } = tables;
      if (services === undefined) return [database, tables];
      const update = (services.update ?? []).filter(
        (change) => !Object.keys(change.new).every((column) => HEARTBEAT.has(column)),
      );
      return [database, { ...others, services: { ...services, update } }];
    }),
  );
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
  if (isStale(recorded, before, theirs, ours)) same.add('updated_at');
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

/**
 * `unsorted rows`: Nova asks for a server's block devices without an order, so they come as the database finds them.
 * Both sides are sorted by id.
 */
export function sortedDevices(value: Json): Json {
  const data = mapOf(mapOf(value)['nova_object.data']);
  const { objects } = data;
  if (mapOf(value)['nova_object.name'] !== 'BlockDeviceMappingList' || !Array.isArray(objects)) return value;
  const id = (device: Json): number => Number(mapOf(mapOf(device)['nova_object.data'])['id']);
  return {
    ...mapOf(value),
    'nova_object.data': { ...data, objects: objects.toSorted((a, b) => id(a) - id(b)) },
  };
}
