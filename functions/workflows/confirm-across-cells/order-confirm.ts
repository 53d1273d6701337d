import { MessagingTimeout } from '#errors';
import type { Failure } from '#conductor/fault';
import type { Services } from '#ports/services';
import { endScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import { startEvent } from '#records/methods/instance-action-event';
import { instanceOf } from '#records/instance-item';
import { migrationWire } from '#servers/migration-wire';
import { storedInstance } from '#servers/stored-instance';
import { mustBeWire } from '#wire/wire-object';
import { askCompute, heard } from '../ask-compute.ts';
import { arrivedIn, cameFrom, type BothCellsState } from '../both-cells.ts';
import { failureOf, type Ended, type StepEvent } from '../step.ts';
import { callId, CONFIRM_EVENT } from './state.ts';

/** What Nova loads of the copy. */
const LOADED = ['flavor', 'info_cache', 'system_metadata', 'metadata'];

/** Has the source let go of the server: confirm_snapshot_based_resize_at_source, in an event of the server's own cell. */
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

/**
 * Reads the source's answer, and ends the event.
 *
 * @throws MessagingTimeout when it did not answer in time
 * @throws what the source answered
 */
export async function keepConfirmation(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
): Promise<Ended<BothCellsState>> {
  const messageId = callId(execution);
  try {
    const answer = await heard(services, messageId, state.ask_seconds);
    if (answer.kind === 'unasked') return { state, outcome: 'ask' };
    if (answer.kind === 'silent') throw new MessagingTimeout({ message_id: messageId });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await endEvent(services, state, execution, failureOf({ Error: error.name, Cause: error.message }));
    throw error;
  }
  await endEvent(services, state, execution);
  return { state, outcome: 'kept' };
}

async function endEvent(
  services: Services,
  state: BothCellsState,
  execution: string,
  failure?: Failure,
): Promise<void> {
  const { context } = await readOperation(services, state.request);
  const scope = { cell: arrivedIn(state), uuid: state.server, context, events: [CONFIRM_EVENT], writer: execution };
  await endScope(services, scope, failure);
}
