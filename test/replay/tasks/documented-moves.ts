import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonMap } from '#ports/json';
import { fieldsOf, listOf, mapOf, numberOf, plainText } from '#wire/reading';
import { note } from '../normalise.ts';
import { isMap } from '../recorded-file.ts';
import { edited, ofType, without, type Edit } from './edit-json.ts';
import type { RecordedTask, SentMessage } from './recorded-task.ts';

/*
 * Documented differences of moves; each is a row of docs/parity.md under the name that is noted here.
 */

/** Whether the request moves a server that is there already. */
export const isMove = ({ method }: RecordedTask): boolean => !/^(schedule_and_)?build_instances$/.test(method);

/**
 * `tries of moves`: a compute that gives a server back has Nova begin to count anew; ours goes on, so that each try
 * more is a host more in front of those that Nova names.
 */
export function withTriesOf(theirs: Json, ours: Json): Json {
  const [theirRetry, own] = [retryOf(theirs), retryOf(ours)];
  const [hosts, all] = [listOf(theirRetry['hosts']), listOf(own['hosts'])];
  const more = (numberOf(own['num_attempts']) ?? 0) - (numberOf(theirRetry['num_attempts']) ?? 0);
  if (hosts.length === 0 || more < 1 || !isDeepStrictEqual(all.slice(more), hosts)) return ours;
  note('tries of moves');
  const args = mapOf(ours);
  return { ...args, filter_properties: { ...mapOf(args['filter_properties']), retry: theirRetry } };
}

const retryOf = (args: Json): JsonMap => mapOf(mapOf(mapOf(args)['filter_properties'])['retry']);

/**
 * `providers of rejected hosts`: the next question of a live migration still names the providers of the host that was
 * rejected in Nova; nobody reads them.
 */
export function withoutProviders({ method, steps }: RecordedTask, theirs: SentMessage): Json {
  const asked = steps.find((step) => step.kind === 'sent' && step.method === theirs.method);
  if (method !== 'live_migrate_instance' || asked === theirs) return theirs.args;
  return edited(
    theirs.args,
    ofType('RequestGroup', (data) => {
      if (listOf(data['provider_uuids']).length === 0) return data;
      note('providers of rejected hosts');
      return { ...data, provider_uuids: [] };
    }),
  );
}

/** Whether a compute asked for the move: it gives the server back. */
export const isReschedule = ({ message }: RecordedTask): boolean => Array.isArray(mapOf(message['args'])['host_list']);

/**
 * `marks of completed specs`: a spec that does not say whether the root disk is a volume is completed
 * by Nova and stored before it is sent, which takes the marks of what was changed on it; ours completes
 * it and has no need to store it.
 */
export const withoutMarks: Edit = (map) =>
  map['nova_object.name'] === 'RequestSpec' ? without(map, ['nova_object.changes']) : map;

/** Whether the spec that came does not say whether the server's root disk is a volume. */
export function isIncomplete({ message }: RecordedTask): boolean {
  const { request_spec = null } = mapOf(message['args']);
  return isMap(request_spec) && fieldsOf(request_spec)['is_bfv'] === undefined;
}

/**
 * `specs after moves`: Nova stores the spec that a move was asked for with, ours its flavor alone, and not at all where
 * it is the same (quirk Q6). `flavor of failed moves`: Nova leaves the new flavor with the spec of a server that stays,
 * ours has the server's own there.
 */
export function storedAfterMove({ message, failure }: RecordedTask, side: Side, item: JsonMap): JsonMap {
  note('specs after moves');
  const stored = fieldsOf(item['spec'])['flavor'] ?? null;
  const own = fieldsOf(mapOf(message['args'])['instance'])['flavor'];
  const isLeft = side === 'theirs' && failure !== null && own !== undefined;
  if (isLeft && fieldsOf(own)['id'] !== fieldsOf(stored)['id']) note('flavor of failed moves');
  return { ...without(item, ['updated_at']), spec: { flavor: isLeft ? own : stored } };
}

/** Whose record or message it is. */
export type Side = 'theirs' | 'ours';

const CLAIM_LOST = /^(\w+: )?(Migration error: )?Failed to (update|move) allocations (for|from) consumer .*$/s;
const NO_HOST = /^(\w+: )?No valid host was found\. .*$/s;

/**
 * `lost claims`: that a claim lost against another one has an error of its own in Nova, AllocationUpdateFailed or
 * AllocationMoveFailed, after which a live migration puts the server in error. Ours answers NoValidHost as in 2018 and
 * the server keeps its state (nova.conductor.tasks.migrate `replace_allocation_with_migration`).
 */
export function withoutLostClaim(recorded: RecordedTask, side: Side, map: JsonMap): JsonMap {
  if (!losesClaim(recorded)) return map;
  note('lost claims');
  const text = side === 'theirs' ? CLAIM_LOST : NO_HOST;
  const theirRetry = Object.entries(map).map(([name, value]): [string, Json] => [
    name,
    typeof value === 'string' && text.test(value) ? 'a lost claim' : value,
  ]);
  const states = isLive(recorded) ? ['vm_state', 'lookup', 'state'] : [];
  return without(Object.fromEntries(theirRetry), states);
}

/** Whether the move ended because one of the conductor's own claims lost. */
const losesClaim = ({ failure, steps }: RecordedTask): boolean =>
  CLAIM_LOST.test(plainText(failure?.['message'] ?? '')) &&
  steps.some((step) => step.kind === 'http' && step.verb !== 'GET' && step.status === 409);

const isLive = ({ message, method }: RecordedTask): boolean =>
  method === 'live_migrate_instance' || mapOf(message['args'])['live'] === true;

/**
 * `forced destinations`: Nova claims a forced destination, then asks it whether it takes the server; ours asks first,
 * as in 2018 (nova.conductor.tasks.live_migrate `_check_requested_destination`, `_execute`). Where the claim lost,
 * Nova's has not asked.
 */
export const isOnlyAskedByUs = (recorded: RecordedTask, method: string): boolean =>
  method === 'check_can_live_migrate_destination' &&
  losesClaim(recorded) &&
  !recorded.steps.some((step) => step.kind === 'sent' && step.method === method);
