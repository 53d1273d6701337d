import type { Services } from '#ports/services';
import { isSoftReject } from '#conductor/live-migration';
import { MigrationPreCheckError, type NovaError } from '#errors';
import { lookAfter, unreadAnswer, type UnansweredCall } from '#operations/unread-answer';
import { answerOf, isUnasked } from '#operations/waiting-call';
import type { Ended, StepEvent } from '../step.ts';
import { callId, type PlacedState } from './state.ts';

/**
 * Reads what the candidate answered (nova.conductor.tasks.live_migrate `_call_livem_checks_on_host`,
 * `_find_destination`). Of a host that the scheduler chose a soft refusal rejects it; any other, and every refusal of a
 * forced host, ends the migration. One that had no time to answer is asked again, and so is one whose answer may lie
 * unread in a queue of ours: a host takes a question once. Has no undo: it writes nothing.
 *
 * @throws MigrationPreCheckError when a forced host did not answer in time
 */
export async function judgeDestination(services: Services, event: StepEvent<PlacedState>): Promise<Ended<PlacedState>> {
  const { state, execution } = event;
  const { server: instance, host } = state;
  const answer = await answerOf(services, callId(state, execution));
  if (answer !== undefined && answer.failure === null)
    return { state, outcome: services.networkPorts === undefined ? state.kind : 'bind' };
  if (answer === undefined && (await isUnasked(services, callId(state, execution), state.ask_seconds)))
    return { state, outcome: 'ask' };
  const unread = answer === undefined ? await unreadAnswer(services, callOf(services, event)) : undefined;
  if (unread !== undefined) {
    services.log.info('destination not heard yet', { instance, host, reason: unread.reason });
    return { state: { ...state, asked: true, ask_seconds: lookAfter(unread.seconds) }, outcome: 'ask' };
  }
  const error =
    answer?.failure == null
      ? new MigrationPreCheckError(
          { reason: '' },
          { message: `Timeout while checking if we can live migrate to host: ${host}` },
        )
      : await failureOf(answer.failure);
  services.log.info('destination rejected', { instance, host, error: error.name });
  if (state.kind === 'scheduled' && isSoftReject(error)) return { state, outcome: 'rejected' };
  throw error;
}

const callOf = ({ config }: Services, { state, execution }: StepEvent<PlacedState>): UnansweredCall => ({
  messageId: callId(state, execution),
  cell: state.cell,
  host: state.host,
  seconds: config.longRpcTimeout,
});

/** The errors that a host may answer with are all of the catalogue: they are read once one has answered with any. */
async function failureOf(text: string): Promise<NovaError> {
  const { computeFailure } = await import('#wire/remote-failure');
  return computeFailure(text);
}
