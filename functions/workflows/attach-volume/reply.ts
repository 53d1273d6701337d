import type { Services } from '#ports/services';
import { answerCall, answerFailure } from '#operations/answer-call';
import { readOperation } from '#operations/operation-document';
import { failureOf, type StepEvent } from '../step.ts';
import type { AttachingState, FoundState } from './state.ts';

/** Answers the caller with the name of the device. Cannot be undone. */
export async function reply(services: Services, { state }: StepEvent<FoundState>): Promise<FoundState> {
  await answerCall(services, state.reply, 'attach_volume', undefined, state.device_name ?? null);
  return state;
}

/** Answers the caller with the error; where nobody waits, only the log has it, as in Nova. */
export async function fail(services: Services, { state, error }: StepEvent<AttachingState>): Promise<void> {
  const { failure } = await readOperation(services, state.request);
  await answerCall(services, state.reply, 'attach_volume', answerFailure(failure, failureOf(error)));
}
