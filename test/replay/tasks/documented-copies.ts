import type { Json, JsonMap } from '#ports/json';
import { fieldsOf, mapOf, plainText } from '#wire/reading';
import { note } from '../normalise.ts';
import { isCrossing } from './documented-crossings.ts';
import type { Side } from './documented-moves.ts';
import { without } from './edit-json.ts';
import type { RecordedTask } from './recorded-task.ts';

/*
 * Documented differences of the records of a server in two cells; each is a row of docs/parity.md
 * under the name that is noted here.
 */

/** Where a record of a server lies. */
interface Place {
  readonly cell: string;
  readonly uuid: string;
  readonly sort: string;
}

function placeOf(key: string): Place | undefined {
  const [, cell = '', uuid = '', sort = ''] = /^cell-(\S+) instance#(\S+) (.*)$/.exec(key) ?? [];
  return cell === '' ? undefined : { cell, uuid, sort };
}

/** A record as it is compared, where it is of a server that is in two cells. */
export function copyAsRecorded(recorded: RecordedTask, side: Side, key: string, item: JsonMap): JsonMap {
  const place = isCrossing(recorded) ? placeOf(key) : undefined;
  if (place === undefined) return item;
  if (place.sort === 'instance') return instanceAsRecorded(recorded, side, place, item);
  return isMade(recorded, place) ? partAsRecorded(recorded, place, item) : item;
}

/** Whether the request makes the record: the server is copied there, or brings it along when it comes back to there. */
function isMade(recorded: RecordedTask, { cell, uuid, sort }: Place): boolean {
  if (isCopiedTo(recorded, cell, uuid)) return true;
  const hidden = recorded.before.rows(cell, 'instances').some((row) => row['uuid'] === uuid && row['hidden'] === 1);
  return isRevert(recorded) && hidden && (sort.startsWith('block-device#') || isOwnAction(recorded, sort));
}

/** Whether nothing of the server is in the cell when the request comes. */
const isCopiedTo = ({ before }: RecordedTask, cell: string, uuid: string): boolean =>
  !before.rows(cell, 'instances').some((row) => row['uuid'] === uuid);

const isRevert = ({ method }: RecordedTask): boolean => method === 'revert_snapshot_based_resize';

function instanceAsRecorded(recorded: RecordedTask, side: Side, { cell, uuid }: Place, item: JsonMap): JsonMap {
  const { method, failure, message } = recorded;
  const asked = mapOf(mapOf(message['args'])['instance']);
  const left: string[] = [];
  const leave = (name: string, ...fields: string[]): void => {
    if (!fields.some((field) => field in item)) return;
    note(name);
    left.push(...fields);
  };
  if (isCopiedTo(recorded, cell, uuid)) {
    leave('times of copies', 'info_cache_created_at', 'info_cache_updated_at');
    // Nova 26 loses the key pairs.
    if (asked['nova_object.version'] === '2.7') leave('key pairs of copies', 'keypairs');
  } else if (side === 'theirs' && failure !== null) leave('contexts of failed moves', 'migration_context');
  if (side === 'theirs' && method === 'confirm_snapshot_based_resize' && !('flavor' in fieldsOf(asked)))
    leave('flavors of confirmed moves', 'old_flavor', 'new_flavor');
  return without(item, left);
}

function partAsRecorded(recorded: RecordedTask, { cell, uuid, sort }: Place, item: JsonMap): JsonMap {
  const [kind = ''] = sort.split('#');
  switch (kind) {
    case 'action':
      note('ids of copies');
      return without(item, isOwnAction(recorded, sort) ? ['id', 'lookup'] : ['id', 'lookup', 'updated_at']);
    case 'event':
    case 'migration':
      note('ids of copies');
      return without(item, ['id']);
    case 'virtual-interface':
      note('addresses of copies');
      return { ...item, address: plainText(item['address']).replace(/\/.*$/, '') };
    case 'block-device':
      if (!isRevert(recorded) || hasDevice(recorded, cell, uuid, sort)) return item;
      note('times of copies');
      return without(item, ['updated_at']);
    default:
      return item;
  }
}

const isOwnAction = ({ message }: RecordedTask, sort: string): boolean =>
  sort.includes(plainText(message['_context_request_id'] ?? ''));

const hasDevice = ({ before }: RecordedTask, cell: string, uuid: string, sort: string): boolean =>
  before
    .rows(cell, 'block_device_mapping')
    .some((row) => row['instance_uuid'] === uuid && sort.includes(plainText(row['uuid'])));

/** The pointers to migrations by their ids, which copies number otherwise; those by uuid are compared. */
export function isPointerById(recorded: RecordedTask, key: string): boolean {
  const by = /^cell-\S+ migration#\d+ pointer$/.test(key) && isCrossing(recorded);
  if (by) note('ids of copies');
  return by;
}

/**
 * `actions while resized`: what was done with a server while it was resized is lost to Nova's user when it is reverted;
 * ours has it where the server comes back to.
 */
export function isKeptAction(recorded: RecordedTask, key: string, theirs: Json | undefined): boolean {
  const place = placeOf(key);
  if (place === undefined || theirs !== undefined || !isRevert(recorded)) return false;
  const request = /^(?:action|event)#([^#]+)/.exec(place.sort)?.[1];
  const { before } = recorded;
  const others = before.databases.filter((name) => name !== place.cell);
  const kept = others.some((name) =>
    before.rows(name, 'instance_actions').some((row) => row['request_id'] === request),
  );
  if (kept) note('actions while resized');
  return kept;
}
