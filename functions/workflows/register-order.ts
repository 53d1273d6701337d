import { equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { AttributesOf, Item } from '#ports/tables';
import { registerToken } from '#operations/register-token';
import type { InstanceItem, StoredInstance } from '#records/items/instance';
import { unexpectedTask } from '#servers/instance-change';
import type { StepEvent } from './step.ts';

/** The only order of an operation, given while its server is at a task. */
interface Order {
  readonly operation: 'rebuild' | 'unshelve';
  readonly state: { readonly cell: string; readonly server: string };
  /** The only host that may write the record from now on; undefined for a server without one. */
  readonly host: string | undefined;
  readonly task: string;
  /** What else is written with the registration. */
  readonly set: AttributesOf<StoredInstance>;
}

/**
 * Registers the token of the Task that gives an order and waits. Answers the server, or undefined where nothing is left
 * to order.
 *
 * @throws UnexpectedTaskStateError, UnexpectedDeletingTaskStateError when somebody else is at work on the server
 */
export async function registerOrder(
  services: Services,
  { execution, token }: Pick<StepEvent<unknown>, 'execution' | 'token'>,
  { operation, state: { cell, server: uuid }, host, task, set }: Order,
): Promise<Item | undefined> {
  if (token === undefined) throw new Error(`an order of ${operation} is given with a task token`);
  const registered = await registerToken(services, {
    operation,
    cell,
    uuid,
    execution,
    token,
    attempt: 1,
    hosts: host === undefined ? [] : [host],
    orderedAt: services.clock.now(),
    begins: { set, condition: equals<InstanceItem>('task_state', task) },
  });
  if (registered.kind === 'refused') throw unexpectedTask(uuid, [task], registered.item);
  return registered.kind === 'waiting' ? registered.item : undefined;
}
