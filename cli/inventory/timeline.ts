import { firstLine } from '#cli/deployment/failure';
import type { Item } from '#ports/tables';
import { migrationItem } from '#records/items/migration';
import { actionItem, eventItem, eventsOf } from '#records/items/instance-action';
import { faultItem } from '#records/items/instance-fault';

/** One moment in the life of a server. */
export interface Moment {
  /** As it is recorded: ISO time, whole seconds. */
  readonly at: string;
  readonly what: 'action' | 'event' | 'event ended' | 'action ended' | 'fault' | 'migration';
  readonly text: string;
  readonly host: string | null;
}

/** Within one second, causes come before what they cause. */
const ORDER: readonly Moment['what'][] = ['action', 'event', 'migration', 'fault', 'event ended', 'action ended'];

/** Actions, events, faults and migrations of a server, as they lie in its partition, in the order of time. */
export function timeline(items: readonly Item[]): Moment[] {
  return items
    .flatMap(momentsOf)
    .filter(({ at }) => at !== '')
    .toSorted((a, b) => a.at.localeCompare(b.at) || ORDER.indexOf(a.what) - ORDER.indexOf(b.what));
}

function momentsOf(item: Item): Moment[] {
  if (item.sk.startsWith('action#')) return [...momentsOfAction(item), ...eventsOf(item).flatMap(momentsOfEvent)];
  if (item.sk.startsWith('fault#')) {
    const { created_at, code, message, host } = faultItem(item);
    return [{ at: created_at, what: 'fault', text: `${code} ${firstLine(message)}`, host }];
  }
  if (item.sk.startsWith('migration#')) {
    const { created_at, migration_type, source_compute, dest_compute, status } = migrationItem(item);
    const text = `${migration_type} from ${source_compute ?? '-'} to ${dest_compute ?? '-'}: ${status}`;
    return [{ at: created_at ?? '', what: 'migration', text, host: dest_compute }];
  }
  return [];
}

function momentsOfAction(item: Item): Moment[] {
  const { action, request_id, message, start_time, finish_time } = actionItem(item);
  const begun: Moment = { at: start_time, what: 'action', text: `${action} (${request_id})`, host: null };
  if (finish_time === null) return [begun];
  return [begun, { at: finish_time, what: 'action ended', text: ending(action, message), host: null }];
}

function momentsOfEvent(item: Item): Moment[] {
  const { event, result, host, start_time, finish_time } = eventItem(item);
  const begun: Moment = { at: start_time, what: 'event', text: event, host };
  if (finish_time === null) return [begun];
  return [begun, { at: finish_time, what: 'event ended', text: ending(event, result), host }];
}

const ending = (name: string, result: string): string => (result === '' ? name : `${name}: ${firstLine(result)}`);
