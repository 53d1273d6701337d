import type { Services } from '#ports/services';
import { faultOf } from '#conductor/fault';
import { all, equals, oneOf } from '#ports/conditions';
import { recordFault } from '#records/methods/instance-fault';
import { cellTable, instanceKey } from '#records/keys';
import { endedAs, HOSTS, hostsAttribute, operationNames, operationState } from '#records/operation';
import { givenUp } from '#records/items/given-up';
import { readOperation } from '#operations/operation-document';
import { changeInstance, OFF_HOST, stateAttributes } from '#servers/instance-change';
import { settledAs } from '#operations/settle';
import { notifySave, recordToNotify } from '#records/state-update';
import { caughtFailure, type Ending, type StepEvent } from '../step.ts';
import type { PlacedState, TargetedState } from './state.ts';
import { instanceItem, type InstanceItem } from '#records/items/instance';

const { owner } = operationNames('unshelve');

/** The tasks that an unshelve goes through; any other is somebody else's. */
const OURS = ['unshelving', 'powering-on', 'spawning'];

/**
 * Ends the task of an unshelve that cannot go on: the server is shelved as before and can be unshelved again, and a
 * host that was ordered to take it is fenced by the same write. A host that was given up leaves a fault; other failures
 * leave none, as in Nova. A host that has settled the server just now is not given up.
 */
export async function clearTask(
  services: Services,
  { state, execution, error }: StepEvent<TargetedState & Partial<PlacedState>>,
): Promise<Ending> {
  const { server: uuid, cell, path } = state;
  const wasGivenUp = error?.Error === 'ComputeServiceUnavailable';
  const of = { operation: 'unshelve', request: state.request_id, at: services.clock.now() } as const;
  const marked = wasGivenUp ? givenUp(of, state.host ?? '') : {};
  const offloaded = path !== 'start';
  const vm_state = offloaded ? 'shelved_offloaded' : 'shelved';
  const before = await recordToNotify(services.tables, services.config, cellTable(cell), uuid);
  const cleared = await changeInstance(services, cell, uuid, {
    set: {
      ...stateAttributes(services, uuid, { vm_state, task_state: null }),
      ...(offloaded ? { ...OFF_HOST.set, ...marked, [HOSTS]: hostsAttribute('') } : {}),
    },
    remove: offloaded ? OFF_HOST.remove : [],
    condition: all(
      equals(owner, execution),
      equals<InstanceItem>('vm_state', vm_state),
      oneOf<InstanceItem>('task_state', OURS),
    ),
  });
  if (before !== undefined && cleared !== undefined) {
    const { context } = await readOperation(services, state.request);
    const id = `saved-${uuid}-unshelve-${execution}`;
    await notifySave(services, { id, before, item: cleared, context, table: cellTable(cell) });
  }
  services.log.warn('unshelve ended', { instance: uuid, cell, error: error?.Error, cleared: cleared !== undefined });
  if (cleared === undefined) {
    const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
    const ours = item !== undefined && operationState(item, 'unshelve').owner === execution;
    if (ours && settledAs(item, 'unshelve') === 'done' && (endedAs(item) ?? instanceItem(item).vm_state) === 'active')
      return { outcome: 'settled' };
  }
  if (wasGivenUp) {
    const { context } = await readOperation(services, state.request);
    const records = {
      ...services,
      context,
      cell: { name: cell, uuid: state.cell_uuid },
      writer: `unshelve-${execution}`,
    };
    const fault = faultOf(caughtFailure(error));
    await recordFault(records, { instance_uuid: uuid, host: services.config.host, ...fault });
  }
  return { outcome: 'cleared' };
}
