import { InstanceNotFound } from '#errors';
import { all, equals, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { cellTable, instanceKey } from './keys.ts';
import { operationNames, operationState, type Operation } from './operation.ts';

/** Whose a server is to be: the execution that is to work on it. */
export interface Claimant {
  readonly operation: Operation;
  readonly cell: string;
  readonly uuid: string;
  readonly execution: string;
  /** Key of the request document. */
  readonly request: string;
}

/** What an earlier operation of the same kind may have left behind. */
const leftovers = (operation: Operation): string[] => {
  const { attempt, token, reschedule, migration, migrationStatus } = operationNames(operation);
  return [attempt, token, reschedule, migration, migrationStatus];
};

/**
 * Makes an execution the owner of a server for its kind of operation and answers the record. `busy` while another
 * execution that owns it is running: a workflow starts only on a server that none owns.
 *
 * @throws InstanceNotFound
 */
export async function own(
  services: Pick<Services, 'tables' | 'executions'>,
  claimant: Claimant,
): Promise<Item | 'busy'> {
  const { operation, execution } = claimant;
  const found = await tryToOwn(services, claimant, null);
  if (found.owned) return found.item;
  const { owner } = operationState(found.item, operation);
  if (owner === execution) return found.item;
  if (owner === null || (await services.executions.status(operation, owner)) === 'RUNNING') return 'busy';
  const second = await tryToOwn(services, claimant, owner);
  return second.owned ? second.item : 'busy';
}

async function tryToOwn(
  services: Pick<Services, 'tables'>,
  { operation, cell, uuid, execution, request }: Claimant,
  before: string | null,
): Promise<{ owned: boolean; item: Item }> {
  const names = operationNames(operation);
  try {
    const { item } = await services.tables.update(
      cellTable(cell),
      instanceKey(uuid),
      { set: { [names.owner]: execution, [names.request]: request }, remove: leftovers(operation) },
      all(exists, equals('deleted', false), equals(names.owner, before)),
    );
    return { owned: true, item };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.item === undefined || error.item['deleted'] === true)
      throw new InstanceNotFound({ instance_id: uuid }, { cause: error });
    return { owned: false, item: error.item };
  }
}

/** Gives a server up for the next operation; nothing happens when it is another's by now. */
export async function disown(
  services: Pick<Services, 'tables'>,
  { operation, cell, uuid, execution }: Omit<Claimant, 'request'>,
): Promise<void> {
  const { owner, request } = operationNames(operation);
  try {
    await services.tables.update(
      cellTable(cell),
      instanceKey(uuid),
      { remove: [owner, request, ...leftovers(operation)] },
      all(exists, equals(owner, execution)),
    );
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
