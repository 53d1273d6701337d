import { CellMappingNotFound } from '#errors';
import type { Failure } from '#conductor/fault';
import { isoSeconds } from '#conductor/time';
import { absent, exists } from '#ports/conditions';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed, TransactionRefused, type Action, type Item, type TableName } from '#ports/tables';
import { failedCreate } from './failed-create.ts';
import { BUILD_REQUESTS, buildRequestKey, cellMappingKey, CELL0_UUID, cellTable, MAPPINGS } from '#records/keys';
import { mapToCell } from './map-to-cell.ts';
import type { Cell } from '#records/method';
import { newInstanceItem } from '#records/new-instance';
import { inParallel } from '#records/in-parallel';
import { MOST_DEVICES } from './new-devices.ts';
import { newInstanceParts } from './new-instance-parts.ts';
import { operationNames, QUOTA, operationState } from '#records/operation';
import { quotaHold } from '#records/instance-quota';
import { countUsage, returnShare, transactOnce, type Reservation } from '#records/quota-usage';
import { fieldsOf } from '#wire/reading';
import type { CommonDocument, RequestedInstance } from '#operations/request-document';
import { recordableInstance } from './requested-instance.ts';
import { shareOf } from './instance-share.ts';
import { recordFailure } from './set-vm-state.ts';
import { notifySave } from '#records/state-update';
import { wireValue } from '#records/stored-object';
import { instanceItem } from '#records/items/instance';
import { cellMappingItem } from '#records/items/mapping';

const LAUNCH = operationNames('launch');

/** Devices that are written at a time. */
const AT_ONCE = 8;

/** A server that could not be placed. */
export interface Burial {
  /** Key of its request's items. */
  readonly request: string;
  readonly requested: RequestedInstance;
  readonly failure: Failure;
  readonly common: CommonDocument;
  readonly execution: string;
  /** Set when the request has reserved: the server's share then counts already. */
  readonly reservation: Reservation | undefined;
}

/**
 * The cell of servers that no host could take.
 *
 * @throws CellMappingNotFound when the deployment has none: an operator's error, so nothing is changed
 */
export async function cell0(services: Pick<Services, 'tables'>): Promise<Cell> {
  const mapping = await services.tables.get(MAPPINGS, cellMappingKey(CELL0_UUID));
  if (mapping === undefined) throw new CellMappingNotFound({ uuid: CELL0_UUID });
  return { name: cellMappingItem(mapping).name ?? '', uuid: CELL0_UUID };
}

/**
 * Records a server in error in cell0, in one transaction with the end of its build request (nova.conductor.manager
 * `_bury_in_cell0`), with its block devices, its tags and its failed action: who deletes it gives back its volumes, and
 * who looks at it sees why it failed. A build request that is gone already was deleted by the user: the record is then
 * a deleted one. Repeats change nothing.
 */
export async function buryInCell0(services: Services, cell: Cell, burial: Burial): Promise<void> {
  const { requested, common, execution } = burial;
  const counts = burial.reservation ?? shareOf(requested, common.context);
  const instance = await errorInstance(services, cell, requested, { [LAUNCH.owner]: execution, ...quotaHold(counts) });
  const deleted = await record(services, cell, burial, instance);
  if (deleted) return;
  await reportErrored(services, cell, burial, instance);
}

/**
 * Publishes that a server which was just recorded is in error, and records why: Nova records it as it was requested,
 * and then saves it.
 */
export async function reportErrored(
  services: Services,
  cell: Cell,
  { requested, failure, common, execution }: Burial,
  item: Item,
): Promise<void> {
  const { context } = common;
  const { uuid } = requested;
  const instance = recordableInstance(requested);
  const before = {
    ...item,
    vm_state: wireValue(instance, 'vm_state') ?? null,
    task_state: wireValue(instance, 'task_state') ?? null,
  };
  const id = `saved-${uuid}-build_instances-${execution}`;
  await notifySave(services, { id, before, item, context, table: cellTable(cell.name) });
  await recordFailure(services, {
    cell,
    uuid,
    method: 'build_instances',
    vm_state: 'error',
    task_state: null,
    failure,
    context,
    requestSpec: requested.document.request_spec,
    execution,
  });
}

/** The item of a server that ends in error before a host ever had it: made and then changed, as Nova does. */
export async function errorInstance(
  services: Services,
  cell: Cell,
  requested: RequestedInstance,
  bookkeeping: JsonMap,
): Promise<Item> {
  const instance = recordableInstance(requested);
  instance.assign('vm_state', 'error');
  instance.assign('task_state', null);
  const item = await newInstanceItem(services, cell.name, instance);
  return { ...item, updated_at: isoSeconds(services.clock.now()), ...bookkeeping };
}

/** Writes the record; true when the user had deleted the server, or another request buried it. */
async function record(services: Services, cell: Cell, burial: Burial, instance: Item): Promise<boolean> {
  const { common, failure, requested } = burial;
  const { uuid } = requested;
  const now = isoSeconds(services.clock.now());
  const table = cellTable(cell.name);
  const put: Action = { kind: 'put', table, item: instance, condition: absent };
  const mapping = mapToCell(uuid, cell, common.context.project_id, now);
  const parts = await newInstanceParts(services, table, uuid, fieldsOf(instanceItem(instance).flavor), common);
  const more = parts.slice(MOST_DEVICES).flatMap((part) => (part.kind === 'put' ? [part.item] : []));
  // What the transaction does not take comes first, so that a server that is there has all of it.
  await inParallel(more, AT_ONCE, (item) => putOnce(services, table, item));
  try {
    await services.tables.transact([
      { kind: 'delete', table: BUILD_REQUESTS, key: buildRequestKey(uuid), condition: exists },
      put,
      mapping,
      ...counted(burial),
      ...parts.slice(0, MOST_DEVICES),
      ...(await failedCreate({ ...services, context: common.context, cell }, uuid, failure)),
    ]);
    return false;
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const [, buried, elsewhere] = error.refusals;
    const item = buried?.item;
    if (item !== undefined && operationState(item, 'launch').owner === burial.execution)
      return instanceItem(item).deleted;
    if (burial.reservation !== undefined) await returnShare(services, burial.request, uuid, burial.reservation);
    if (item !== undefined) return true;
    await inParallel(more, AT_ONCE, ({ pk, sk }) => services.tables.delete(table, { pk, sk }));
    if (elsewhere !== undefined) {
      services.log.warn('a server of that uuid lies in another cell', { instance: uuid });
      await services.tables.delete(BUILD_REQUESTS, buildRequestKey(uuid));
      return true;
    }
  }
  const gone = { ...instance, deleted: true, deleted_at: now, lookup: 'deleted', [QUOTA]: null };
  await transactOnce(services, [{ ...put, item: gone }, mapping]);
  return true;
}

/** A device of an earlier run stays as it is: its server may be deleted by now. */
async function putOnce({ tables }: Services, table: TableName, item: Item): Promise<void> {
  try {
    await tables.put(table, item, absent);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** A buried server counts against its project like any other; without a reservation it starts to count now. */
function counted(burial: Burial): Action[] {
  if (burial.reservation !== undefined) return [];
  const counts = shareOf(burial.requested, burial.common.context);
  return countUsage(counts, counts.share);
}
