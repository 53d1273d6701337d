import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { startEvent } from '#records/methods/instance-action-event';
import { instanceOf } from '#records/instance-item';
import { migrationWire } from '#servers/migration-wire';
import { storedInstance } from '#servers/stored-instance';
import { mustBeWire } from '#wire/wire-object';
import { askCompute } from '../ask-compute.ts';
import { arrivedIn, cameFrom, type BothCellsState } from '../both-cells.ts';
import { keepInEvent } from '../keep-in-event.ts';
import type { Ended, StepEvent } from '../step.ts';
import { callId, CONFIRM_EVENT } from './state.ts';

/** What Nova loads of the copy. */
const LOADED = ['flavor', 'info_cache', 'system_metadata', 'metadata'];

/**
 * Has the source let go of the server: confirm_snapshot_based_resize_at_source, in an event of the server's own cell.
 */
export async function orderConfirm(services: Services, event: StepEvent<BothCellsState>): Promise<void> {
  const { state, execution } = event;
  const { server: uuid, source_host: host, migration, ask_seconds: seconds } = state;
  const { context } = await readOperation(services, state.request);
  const cell = cameFrom(state);
  const scope = { ...services, context, cell: arrivedIn(state), writer: execution };
  await startEvent(scope, { uuid, event: CONFIRM_EVENT, host });
  const instance = instanceOf(await storedInstance(services, cell.name, uuid), LOADED);
  await askCompute(services, event, {
    cell,
    host,
    method: 'confirm_snapshot_based_resize_at_source',
    args: {
      instance: mustBeWire(instance.toPrimitive(), 'the instance'),
      migration: await migrationWire(services, cell.name, uuid, migration),
    },
    context,
    messageId: callId(execution),
    seconds,
  });
}

/** Reads the source's answer, and ends the event. @throws MessagingTimeout, what the source answered */
export const keepConfirmation = (
  services: Services,
  event: StepEvent<BothCellsState>,
): Promise<Ended<BothCellsState>> =>
  keepInEvent(services, event, {
    messageId: callId(event.execution),
    cell: arrivedIn(event.state),
    event: CONFIRM_EVENT,
  });
