import { BlockDeviceMappingList } from '#objects/instance/block-device-mapping';
import type { Condition } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { instanceItem } from '#records/items/instance';
import { instanceOf, LOADED_BY_API } from '#records/instance-item';
import type { Cell } from '#records/method';
import { devicesOf } from '#records/methods/block-device';
import { startAction } from '#records/methods/instance-action';
import { computeCap } from './compute-cap.ts';
import { changeInstance, stateAttributes } from './instance-change.ts';

/** What the order of a deletion works with. */
export type DeletionServices = Pick<Services, 'clock' | 'compute' | 'config' | 'counter' | 'ids' | 'tables'>;

/** A record that its host is to delete, with all that the host has of it. */
export interface Deleted {
  readonly cell: Cell;
  readonly item: Item;
  readonly host: string;
  /** What must hold of the record by then. */
  readonly condition?: Condition;
}

/** A context of ours in the name of a server's owner. */
export const ownContext = ({ clock, ids }: Pick<Services, 'clock' | 'ids'>, item: Item): RequestContext => {
  const { user_id, project_id } = instanceItem(item);
  return {
    request_id: `req-${ids.uuid()}`,
    user_id,
    project_id,
    is_admin: true,
    read_deleted: 'no',
    timestamp: new Date(clock.now()).toISOString().replace('Z', ''),
  };
};

/**
 * Orders a host to delete what it has of a server, as an API does: terminate_instance. Answers false where the record
 * is not there any more, or the condition does not hold.
 */
export async function orderDeletion(services: DeletionServices, deleted: Deleted): Promise<boolean> {
  const { cell, item, host, condition } = deleted;
  const { uuid, vm_state } = instanceItem(item);
  const context = ownContext(services, item);
  const records = { ...services, cell, context };
  const set = stateAttributes(services, uuid, { vm_state, task_state: 'deleting' });
  const marked = await changeInstance(services, cell.name, uuid, {
    set,
    ...(condition === undefined ? {} : { condition }),
  });
  if (marked === undefined) return false;
  await startAction(records, uuid, 'delete');
  const method = 'terminate_instance';
  await services.compute.cast({
    cell: cell.name,
    host,
    method,
    version: await computeCap(services, cell, context, method),
    args: {
      instance: instanceOf(marked, LOADED_BY_API).toPrimitive(),
      bdms: BlockDeviceMappingList.load({ objects: await devicesOf(records, uuid) }).toPrimitive(),
    },
    context,
    uniqueId: services.ids.uuid(),
  });
  return true;
}
