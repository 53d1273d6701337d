import type { NovaError } from '#errors';
import { isoSeconds } from '#conductor/time';
import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { equals, not } from '#ports/conditions';
import { ConditionFailed } from '#ports/tables';
import { isAtWork } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { instanceKey } from '#records/keys';
import type { MethodArguments, Records } from '#records/method';
import { noteSecondGuest, secondGuestDestroyed } from '#records/hosts/second-guests';
import { acted, givenUpBy, givenUpHosts, inTime } from '#records/items/given-up';
import { textOf } from '#records/stored-object';

/** How a call is answered that is not carried out. */
type Form =
  /** As if it had been stored: the object has no changes left. */
  | 'as-stored'
  /** As it was sent. */
  | 'as-sent';

interface Row {
  readonly form: Form;
  /** Only such objects. @default every one */
  readonly only?: (object: AnyObject) => boolean;
  /** Only in the order by which its guest is destroyed. @default in everything that it does for the server */
  readonly ordered?: true;
}

/**
 * What a compute calls once a spawn or a claim of its has failed, or has succeeded too late, and how it is answered
 * when it was given up meanwhile (recorded of nova-compute 26 and 34: ComputeManager `_do_build_and_run_instance`,
 * `wrap_instance_fault`, `wrap_instance_event`, `reverts_task_state`). An error would have it clean up once more, ports
 * and volumes included. One whose guest is to be destroyed also begins the event of that order.
 */
export const GIVEN_UP_ANSWERS: Readonly<Record<string, Row>> = {
  'Instance.save': { form: 'as-stored', only: endsWork },
  'Instance.drop_migration_context': { form: 'as-stored' },
  'InstanceActionEvent.event_start': { form: 'as-sent', ordered: true },
  'InstanceActionEvent.event_finish': { form: 'as-sent' },
  'InstanceActionEvent.event_finish_with_failure': { form: 'as-sent' },
  'InstanceFault.create': { form: 'as-stored' },
  'InstanceInfoCache.refresh': { form: 'as-sent' },
  'InstanceInfoCache.save': { form: 'as-stored' },
  'VirtualInterface.delete_by_instance_uuid': { form: 'as-sent' },
};

/**
 * A save that ends a host's work on a server: one that begins it, or goes on with it, is refused and ends it as well.
 */
function endsWork(instance: AnyObject): boolean {
  const { changes } = instance;
  if (changes.has('host') && (instance.peek('host') ?? null) !== null) return false;
  if (changes.has('vm_state') && instance.peek('vm_state') === 'building') return false;
  const task = instance.peek('task_state') ?? null;
  return !changes.has('task_state') || task === null || task === 'scheduling';
}

/** A call of a remotable method. */
export interface Called {
  /** For instance `Instance.save`. */
  readonly name: string;
  /** What it is called on; undefined for a class method. */
  readonly object?: AnyObject;
  readonly args: MethodArguments;
}

/**
 * Answers a call that is refused to a host that was given up, and belongs to its clean-up, without carrying it out.
 * That is logged, counted, and noted on the server.
 *
 * @throws Forbidden the refusal of every other call
 */
export async function answerGivenUp(records: Records, called: Called, refused: NovaError): Promise<null> {
  const row = Object.hasOwn(GIVEN_UP_ANSWERS, called.name) ? GIVEN_UP_ANSWERS[called.name] : undefined;
  const { object } = called;
  if (row === undefined) throw refused;
  if (object !== undefined && row.only?.(object) === false) throw refused;
  if (!(await noteGivenUp(records, called, row))) throw refused;
  if (row.form === 'as-stored' && object !== undefined) forgetChanges(object);
  return null;
}

/** How the events of a host end that has done what it was ordered. */
const ENDS: ReadonlySet<string> = new Set([
  'InstanceActionEvent.event_finish',
  'InstanceActionEvent.event_finish_with_failure',
]);

/** Whether the caller was given up while it was at work on the server; then it is noted that it acts for it still. */
async function noteGivenUp(records: Records, called: Called, { ordered }: Row): Promise<boolean> {
  const { name, object, args } = called;
  const { hosts, cell, context } = records;
  const uuid = calledInstance(object, args);
  if (hosts === undefined || cell === undefined || uuid === undefined) return false;
  const [table, key] = [tableOf(records), instanceKey(uuid)];
  const item = await records.tables.get(table, key);
  if (item === undefined) return false;
  // Its work in another request goes on: nothing of this one reaches the guest that it has by now.
  if (isAtWork(item, hosts)) return ordered !== true && !isAtWork(item, inTime(item, hosts, context.request_id));
  const found = givenUpHosts(item).find((each) => hosts.includes(each.host));
  if (found === undefined) return false;
  const { host, destroys } = found;
  if (destroys !== null && destroys === context.request_id) {
    const requestId = destroys;
    if (ENDS.has(name) && (args['exc_val'] ?? null) === null)
      await secondGuestDestroyed(records, { host, uuid, requestId });
    return true;
  }
  if (ordered === true) return false;
  // What it has built runs from now on.
  if (name === 'Instance.save') await noteSecondGuest(records, host, uuid);
  try {
    const condition = not(equals(givenUpBy(host), null));
    await records.tables.update(table, key, { set: acted(host, isoSeconds(records.clock.now()), name) }, condition);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return false;
  }
  records.log?.count('given_up_calls');
  records.log?.warn('a host that was given up acts for its server still: answered, not carried out', {
    instance: uuid,
    host,
    method: name,
    request_id: records.context.request_id,
  });
  return true;
}

/** The server that a call is about. */
function calledInstance(object: AnyObject | undefined, { instance_uuid }: MethodArguments): string | undefined {
  if (object !== undefined) return textOf(object, 'instance_uuid') ?? textOf(object, 'uuid');
  return typeof instance_uuid === 'string' ? instance_uuid : undefined;
}

function forgetChanges(object: AnyObject): void {
  for (const name of object.setFields) {
    const value: unknown = object.peek(name);
    if (value instanceof NovaObject) value.resetChanges();
  }
  object.resetChanges();
}
