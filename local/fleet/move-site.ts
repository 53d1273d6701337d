import { isMap, newObject } from '#wire/wire';
import { NovaError } from '#errors';
import { hostQueue } from '#ports/host-queue';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { serializeFailure } from '#wire/failure';
import type { BuildSite } from './build-site.ts';
import type { CrashPoint, BehaviourKind } from './behaviour.ts';
import { objectArgument, textField, type Order } from './order.ts';

/** One order on a host, with the server as this host knows it. */
export interface InstanceOrder {
  readonly site: BuildSite;
  readonly order: Order;
  readonly kind: BehaviourKind;
  instance: WireObject;
}

/** One order of a move on a host, with the migration as this host knows it. */
export interface Move extends InstanceOrder {
  migration: WireObject;
}

/** The hypervisor could not do its part. */
export class MoveFailed extends Error {
  override readonly name = 'MoveFailed';
}

/** Reads an order. @throws Error when it came without its server */
export const instanceOrderOf = (site: BuildSite, order: Order, kind: BehaviourKind): InstanceOrder => ({
  site,
  order,
  kind,
  instance: objectArgument(order, 'instance'),
});

/** Reads a move's order. @throws Error when it came without its server or its migration */
export const moveOf = (site: BuildSite, order: Order, kind: BehaviourKind): Move => ({
  ...instanceOrderOf(site, order, kind),
  migration: objectArgument(order, 'migration'),
});

/** Saves fields of the server, if its task_state is among those expected. */
export async function saveInstance(
  { site, order, ...move }: InstanceOrder,
  fields: JsonMap,
  expected?: Json,
): Promise<WireObject> {
  const kwargs: JsonMap = expected === undefined ? {} : { expected_task_state: expected };
  return site.proxy.action(order.context, move.instance, 'save', fields, kwargs);
}

/** Saves fields of the migration. */
export const saveMigration = ({ site, order, migration }: Move, fields: JsonMap): Promise<WireObject> =>
  site.proxy.action(order.context, migration, 'save', fields);

/** Asks for something about the server, as hosts do on their way; the answer is of no use here. */
export async function ask({ site, order, instance }: InstanceOrder, name: string, method: string): Promise<void> {
  try {
    await site.proxy.classAction(order.context, name, method, [textField(instance, 'uuid')]);
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
  }
}

/** Reads the server's networks again and stores them as they are. */
export async function refreshNetworks({ site, order, instance }: InstanceOrder): Promise<void> {
  const uuid = textField(instance, 'uuid');
  const cache = newObject('InstanceInfoCache', '1.5', { instance_uuid: uuid, network_info: '[]' });
  await site.proxy.action(order.context, cache, 'refresh');
  await site.proxy.action(order.context, cache, 'save');
}

/** Does work as an event of the request's action; what goes wrong ends the event and goes on to the caller. */
export async function asEvent(
  { site, order, instance }: Pick<InstanceOrder, 'site' | 'order' | 'instance'>,
  name: string,
  work: () => Promise<void>,
): Promise<void> {
  const uuid = textField(instance, 'uuid');
  const call = (method: string, kwargs: JsonMap): Promise<Json> =>
    site.proxy.classAction(order.context, 'InstanceActionEvent', method, [uuid, `compute_${name}`], kwargs);
  await call('event_start', { want_result: false, host: site.host });
  try {
    await work();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof NovaError || error instanceof MoveFailed)
      await call('event_finish_with_failure', { exc_val: text, exc_tb: `  ${text}\n`, want_result: false });
    throw error;
  }
  await call('event_finish_with_failure', { exc_val: null, exc_tb: null, want_result: false });
}

/** Hands the move on to another host of the cell, with what that order carries beside server and migration. */
export async function handOn(
  { site, order, ...move }: Move,
  host: string,
  method: string,
  more: JsonMap,
): Promise<void> {
  await site.caller.cast({
    queue: hostQueue(site.cell, host),
    version: '6.0',
    method,
    context: order.context,
    args: { ...more, instance: move.instance, migration: move.migration },
  });
}

/** Answers an order that is a call: its result, or the error that ended it. */
export async function answering(site: BuildSite, order: Order, work: () => Promise<Json>): Promise<void> {
  try {
    await site.answer(order, await work(), null);
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    await site.answer(order, null, serializeFailure(error));
  }
}

/** What the hypervisor does with its part as given. @throws MoveFailed */
export async function onHypervisor(move: InstanceOrder, kind: BehaviourKind = move.kind): Promise<void> {
  if (kind === 'build') return;
  if ('delay' in kind) {
    await move.site.sleep(kind.delay);
    return onHypervisor(move, kind.next ?? 'build');
  }
  if ('die' in kind) return dieIf(move, 'mid-build');
  throw new MoveFailed('fail' in kind ? kind.fail : kind.abort);
}

/** Dies when this is the moment. */
export async function dieIf({ site, kind }: InstanceOrder, moment: CrashPoint): Promise<void> {
  if (kind !== 'build' && 'die' in kind && kind.die === moment) site.die(moment);
}

/** The text of a field of an object inside of a map; empty when there is none. */
export const systemMetadata = (instance: WireObject): JsonMap => {
  const metadata = instance['nova_object.data']['system_metadata'];
  return isMap(metadata) ? metadata : {};
};
