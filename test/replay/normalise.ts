import type { Json } from '#ports/json';
import { mapOf } from './recorded-file.ts';
import type { RecordedCase } from './recorded-case.ts';
import type { Change } from './sql-state.ts';

/** Every normalisation is a row of docs/parity.md under the name that it has here. */

const HEARTBEAT = new Set(['report_count', 'last_seen_up', 'updated_at']);

/**
 * `heartbeats`: services of the test's process report their state at any time, and the recording books that on whatever
 * request is open. Such changes are left out, except where the request is about services.
 */
export function reportedChanges(recorded: RecordedCase): Change {
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
 * `same-second times`: Nova's row has a fraction of a second that the message lost, so a time which did not change
 * comes back as an update. An update that says the same second as the object that was sent is left out of both.
 */
export function forgetSameTimes(recorded: RecordedCase, left: Json, right: Json): [Json, Json] {
  if (recorded.method !== 'object_action' || !Array.isArray(left) || !Array.isArray(right)) return [left, right];
  const sent = mapOf(mapOf(recorded.args['objinst'])['nova_object.data']);
  const same = (updates: Json | undefined): Json =>
    Object.fromEntries(
      Object.entries(mapOf(updates)).filter(
        ([name, value]) => !(typeof value === 'string' && TIME.test(value) && sent[name] === value),
      ),
    );
  return [
    [same(left[0]), ...left.slice(1)],
    [same(right[0]), ...right.slice(1)],
  ];
}
