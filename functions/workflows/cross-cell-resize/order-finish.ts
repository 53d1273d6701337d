import type { Failure } from '#conductor/fault';
import type { Services } from '#ports/services';
import { endScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import { startEvent } from '#records/methods/instance-action-event';
import { specAsRequested } from '#request-specs/spec-of-move';
import { crossingInstance } from '#servers/crossing-instance';
import { migrationWire } from '#servers/migration-wire';
import { liveInstance, storedInstance } from '#servers/stored-instance';
import { mapOf } from '#wire/reading';
import type { Ended, StepEvent } from '../step.ts';
import { askCompute, mustAnswer } from '../ask-compute.ts';
import { callId, FINISH_EVENT, sourceOf, targetOf, type CrossingState } from './state.ts';

/**
 * Orders the destination to start the guest: finish_snapshot_based_resize_at_dest, in an event that the user sees in
 * the server's own cell.
 */
export async function orderFinish(services: Services, event: StepEvent<CrossingState>): Promise<void> {
  const { state, execution } = event;
  const { server: instance, host, migration, snapshot = null } = state;
  const { context, arguments: args } = await readOperation(services, state.request);
  const cell = targetOf(state);
  await liveInstance(services, state.cell, instance);
  const scope = { ...services, context, cell: sourceOf(state), writer: execution };
  await startEvent(scope, { uuid: instance, event: FINISH_EVENT, host });
  const item = await storedInstance(services, cell.name, instance);
  const { flavor, request_spec: spec } = args;
  const filterProperties = mapOf(args['filter_properties']);
  await askCompute(services, event, {
    cell,
    host,
    method: 'finish_snapshot_based_resize_at_dest',
    args: {
      instance: crossingInstance(item),
      migration: await migrationWire(services, cell.name, instance, migration),
      snapshot_id: snapshot,
      request_spec: specAsRequested({ instance: item, spec, flavor, filterProperties }),
    },
    context,
    messageId: callId(execution, 'finish'),
  });
}

/**
 * Reads the destination's answer: the guest runs there.
 *
 * @throws MessagingTimeout when it did not answer in time; it may start the guest yet
 * @throws what the destination answered
 */
export async function keepArrival(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<Ended<CrossingState>> {
  const call = { messageId: callId(execution, 'finish'), cell: state.target_cell, host: state.host };
  const heard = await mustAnswer(services, state, call);
  if (heard.outcome === 'ask') return heard;
  await endFinishEvent(services, state, execution);
  return { state: heard.state, outcome: 'kept' };
}

/** Ends the event of the destination's last part, with a failure if there was one. */
export async function endFinishEvent(
  services: Services,
  state: CrossingState,
  execution: string,
  failure?: Failure,
): Promise<void> {
  const { context } = await readOperation(services, state.request);
  const scope = { cell: sourceOf(state), uuid: state.server, context, events: [FINISH_EVENT], writer: execution };
  await endScope(services, scope, failure);
}
