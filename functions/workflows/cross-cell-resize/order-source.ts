import { MigrationError } from '#errors';
import { equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { completed } from '#records/methods/instance-load';
import { operationNames } from '#records/operation';
import { migrationWire } from '#servers/migration-wire';
import { stateAttributes } from '#servers/instance-change';
import { liveInstance, storedInstance } from '#servers/stored-instance';
import { notifiedChange } from '#servers/notified-change';
import { fieldsOf } from '#wire/reading';
import { mustBeWire } from '#wire/wire-object';
import type { Ended, StepEvent } from '../step.ts';
import { askCompute, mustAnswer } from '../ask-compute.ts';
import { callId, sourceOf, type CrossingState } from './state.ts';

/** What Nova has loaded of the server by then, beside what the caller had. */
const LOADED = [
  'flavor',
  'info_cache',
  'keypairs',
  'metadata',
  'migration_context',
  'security_groups',
  'services',
  'system_metadata',
  'tags',
];

/**
 * Orders the source to stop the guest, to upload its disk and to give its volumes and ports up:
 * prep_snapshot_based_resize_at_source. What it has done is taken back by a hard reboot alone.
 */
export async function orderSource(services: Services, event: StepEvent<CrossingState>): Promise<void> {
  const { state, execution } = event;
  const { server: uuid, source_host: host, migration, snapshot = null } = state;
  const { context, arguments: args } = await readOperation(services, state.request);
  const cell = sourceOf(state);
  const item = await storedInstance(services, cell.name, uuid);
  const loaded = [...LOADED, ...Object.keys(fieldsOf(args['instance']))];
  const instance = await completed({ ...services, context, cell }, item, loaded);
  await askCompute(services, event, {
    cell,
    host,
    method: 'prep_snapshot_based_resize_at_source',
    args: {
      instance: mustBeWire(instance.toPrimitive(), 'the instance'),
      migration: await migrationWire(services, cell.name, uuid, migration),
      snapshot_id: snapshot,
    },
    context,
    messageId: callId(execution, 'power-off'),
  });
}

/**
 * Reads the source's answer, and notes with the copy that the server has left.
 *
 * @throws MessagingTimeout when it did not answer in time
 * @throws what the source answered, for instance InstancePowerOffFailure
 */
export async function keepDeparture(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<Ended<CrossingState>> {
  const { server: uuid, source_host: host, target_cell: cell } = state;
  const call = { messageId: callId(execution, 'power-off'), cell: state.cell, host };
  const heard = await mustAnswer(services, state, call).catch((error: unknown) => {
    services.log.error('the source failed on the way: the server may need a hard reboot', { instance: uuid, host });
    throw error;
  });
  if (heard.outcome === 'ask') return heard;
  const { context } = await readOperation(services, state.request);
  const { vm_state } = await liveInstance(services, cell, uuid);
  const left = await notifiedChange(services, {
    cell,
    uuid,
    context,
    id: `departed-${execution}`,
    set: stateAttributes(services, uuid, { vm_state, task_state: 'resize_migrated' }),
    condition: equals(operationNames('cross-cell-resize').owner, execution),
  });
  if (left === undefined) throw new MigrationError({ reason: `the copy of ${uuid} in cell ${cell} is gone` });
  return { state: heard.state, outcome: 'kept' };
}
