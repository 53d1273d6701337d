import { InstanceNotFound } from '#errors';
import type { Failure } from '#conductor/fault';
import { all, not, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { Attributes, Item } from '#ports/tables';
import { cleanUpNetworks } from './clean-up-networks.ts';
import { BEING_DELETED, HOSTS, hostsAttribute, operationNames } from '#records/operation';
import type { CommonDocument, RequestedInstance } from '#operations/request-document';
import { setVmStateAndNotify } from './set-vm-state.ts';

const LAUNCH = operationNames('launch');

/** A recorded server whose build cannot go on. */
export interface FailedInstance {
  readonly cell: string;
  readonly item: Item;
  readonly requested: RequestedInstance;
  readonly common: CommonDocument;
  readonly failure: Failure;
  readonly execution: string;
  /** What must hold of the record: that it is the execution's to end. */
  readonly condition: Condition;
  /** Further bookkeeping for the same write. */
  readonly bookkeeping?: Attributes;
}

/**
 * Ends the build of a recorded server (nova.conductor.manager `build_instances`): it is in error with its fault, fenced
 * from every host, its networks are cleaned up and its claim is released. False when it was deleted, or taken over,
 * while we looked: whoever did it sees to what the server holds.
 */
export async function failInstance(services: Services, failed: FailedInstance): Promise<boolean> {
  const { cell, item, requested: instance, common, failure, execution, condition } = failed;
  try {
    await setVmStateAndNotify(services, {
      cell: { name: cell, uuid: '' },
      uuid: instance.uuid,
      method: 'build_instances',
      vm_state: 'error',
      task_state: null,
      failure,
      context: common.context,
      requestSpec: instance.document.request_spec,
      execution,
      bookkeeping: {
        [HOSTS]: hostsAttribute(''),
        [LAUNCH.owner]: execution,
        ...failed.bookkeeping,
      },
      condition: all(condition, not(BEING_DELETED)),
    });
  } catch (error) {
    if (error instanceof InstanceNotFound) return false;
    throw error;
  }
  await cleanUpNetworks(services, cell, item, common);
  await services.placement.release(instance.uuid);
  const { context, requested_networks: requestedNetworks } = common;
  const { releaseDevices } = await import('#operations/accelerator-requests');
  await releaseDevices(services, { context, item, requestedNetworks });
  return true;
}
