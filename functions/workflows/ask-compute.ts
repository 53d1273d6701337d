import { MessagingTimeout, MigrationError, MigrationPreCheckError, UnsupportedVersion } from '#errors';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { answerOf, isUnasked } from '#operations/waiting-call';
import { callCompute, type ComputeCall } from './call-compute.ts';
import type { StepEvent } from './step.ts';

/**
 * Calls a host whose answer completes the token of the Task.
 *
 * @throws MigrationPreCheckError when the destination's computes do not know the first call
 * @throws MigrationError when computes do not know a later one
 */
export async function askCompute<S>(
  services: Services,
  { token }: StepEvent<S>,
  asked: Omit<ComputeCall, 'token'>,
): Promise<void> {
  try {
    await callCompute(services, { ...asked, token });
  } catch (error) {
    if (!(error instanceof UnsupportedVersion)) throw error;
    const reason = `Compute is too old for ${asked.method}: ${error.message}`;
    if (asked.method === 'prep_snapshot_based_resize_at_dest') throw new MigrationPreCheckError({ reason });
    throw new MigrationError({ reason });
  }
}

/** What became of a call: answered, not asked at all, or asked and not answered in time. */
export type Heard =
  | { readonly kind: 'answered'; readonly result: Json }
  | { readonly kind: 'unasked' }
  | { readonly kind: 'silent' };

/**
 * Reads what a host answered.
 *
 * @throws what the host answered, for instance InstancePowerOffFailure
 */
export async function heard(services: Services, messageId: string, seconds: number): Promise<Heard> {
  const answer = await answerOf(services, messageId);
  if (answer === undefined) return { kind: (await isUnasked(services, messageId, seconds)) ? 'unasked' : 'silent' };
  if (answer.failure !== null) throw (await import('#wire/remote-failure')).computeFailure(answer.failure);
  return { kind: 'answered', result: answer.result };
}

/**
 * Whether a host has answered; false where it was not asked.
 *
 * @throws MessagingTimeout when it did not answer in time
 * @throws what the host answered
 */
export async function hasAnswered(services: Services, messageId: string, seconds: number): Promise<boolean> {
  const { kind } = await heard(services, messageId, seconds);
  if (kind === 'silent') throw new MessagingTimeout({ message_id: messageId });
  return kind === 'answered';
}
