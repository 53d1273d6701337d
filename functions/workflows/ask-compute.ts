import { MessagingTimeout, MigrationError, MigrationPreCheckError, UnsupportedVersion } from '#errors';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { lookAfter, unreadAnswer, type UnansweredCall } from '#operations/unread-answer';
import { answerOf, isUnasked } from '#operations/waiting-call';
import { callCompute, type Asking, type ComputeCall } from './call-compute.ts';
import type { StepEvent } from './step.ts';

/**
 * Calls a host whose answer completes the token of the Task.
 *
 * @throws MigrationPreCheckError when the destination's computes do not know the first call
 * @throws MigrationError when computes do not know a later one
 */
export async function askCompute(
  services: Services,
  { state: asking, token }: StepEvent<Asking>,
  asked: Omit<ComputeCall, 'token' | 'asking'>,
): Promise<void> {
  try {
    await callCompute(services, { ...asked, asking, token });
  } catch (error) {
    if (!(error instanceof UnsupportedVersion)) throw error;
    const reason = `Compute is too old for ${asked.method}: ${error.message}`;
    if (asked.method === 'prep_snapshot_based_resize_at_dest') throw new MigrationPreCheckError({ reason });
    throw new MigrationError({ reason });
  }
}

/** A call that was made to a host. */
export type AskedCall = Omit<UnansweredCall, 'seconds'>;

/** What became of a call, with the state to go on with. */
export type Heard<S> =
  | { readonly outcome: 'answered'; readonly state: S; readonly result: Json }
  /** It was not asked at all, or its answer may lie unread: it is waited for once more. */
  | { readonly outcome: 'ask'; readonly state: S }
  | { readonly outcome: 'silent' };

/**
 * Reads what a host answered. That nothing was read while nobody reads is no silence of the host.
 *
 * @throws what the host answered, for instance InstancePowerOffFailure
 */
export async function heard<S extends Asking>(services: Services, state: S, call: AskedCall): Promise<Heard<S>> {
  const answer = await answerOf(services, call.messageId);
  if (answer === undefined) return stillAsked(services, state, call);
  if (answer.failure !== null) throw (await import('#wire/remote-failure')).computeFailure(answer.failure);
  return { outcome: 'answered', state: withWholeTime(state), result: answer.result };
}

/** What becomes of a call that has no answer. */
export async function stillAsked<S extends Asking>(
  services: Services,
  state: S,
  call: AskedCall,
): Promise<Exclude<Heard<S>, { readonly outcome: 'answered' }>> {
  const { messageId, host } = call;
  const { ask_seconds: seconds } = withWholeTime(state);
  if (await isUnasked(services, messageId, seconds)) return { outcome: 'ask', state };
  const unread = await unreadAnswer(services, { ...call, seconds });
  if (unread === undefined) return { outcome: 'silent' };
  services.log.info('a host is not heard yet', { host, reason: unread.reason });
  const asked = { call: messageId, may_take: seconds };
  return { outcome: 'ask', state: { ...state, asked, ask_seconds: lookAfter(unread.seconds) } };
}

/** The same state for the next call: its host has the whole time. */
export const withWholeTime = <S extends Asking>(state: S): S => ({
  ...state,
  ask_seconds: state.asked?.may_take ?? state.ask_seconds,
  asked: undefined,
});

/**
 * The same for an answer that says nothing more.
 *
 * @throws MessagingTimeout when the host did not answer in time
 * @throws what the host answered
 */
export async function mustAnswer<S extends Asking>(
  services: Services,
  state: S,
  call: AskedCall,
): Promise<Exclude<Heard<S>, { readonly outcome: 'silent' }>> {
  const found = await heard(services, state, call);
  if (found.outcome === 'silent') throw new MessagingTimeout({ message_id: call.messageId });
  return found;
}
