import { faultOf, type Failure } from '#conductor/fault';
import { all, equals, oneOf } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { failScope } from '#operations/action-scope';
import { owners, release, type Ownership } from '#operations/own-operation';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { recordFault } from '#records/methods/instance-fault';
import { changeInstance, stateAttributes } from './instance-change.ts';

/** A request that nobody waits for the answer of, and that could not begin. */
export interface RefusedRequest {
  readonly ownership: Ownership;
  readonly context: RequestContext;
  readonly failure: Failure;
  /** The action's event about it. */
  readonly event: string;
  /** Under which the event is begun once. */
  readonly writer: string;
  /** The task states that the API has set for this request. */
  readonly tasks: readonly string[];
}

/**
 * Ends such a request: an event and a fault say why, and a server that no other execution is at work on has its task no
 * more. One that is gone, or was asked for under no action, is left alone.
 */
export async function refuseRequest(services: Services, refused: RefusedRequest): Promise<void> {
  const { ownership, context, failure, event, writer, tasks } = refused;
  const { cell, uuid, execution } = ownership;
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  services.log.warn('request refused', { instance: uuid, cell: cell.name, error: failure.name });
  if (item !== undefined && !instanceItem(item).deleted) {
    await failScope(services, { cell, uuid, context, events: [event], writer }, failure);
    const { vm_state } = instanceItem(item);
    await changeInstance(services, cell.name, uuid, {
      set: stateAttributes(services, uuid, { vm_state, task_state: null }),
      condition: all(
        oneOf<InstanceItem>('task_state', tasks),
        equals<InstanceItem>('vm_state', vm_state),
        ...owners.map((owner) => oneOf(owner, [execution, null])),
      ),
    });
    const records = { ...services, context, cell, writer: `refused-${execution}` };
    await recordFault(records, { instance_uuid: uuid, host: services.config.host, ...faultOf(failure) });
  }
  await release(services, ownership);
}
