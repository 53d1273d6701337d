import type { Failure } from '#conductor/fault';
import { isExpectedOfMoves } from '#conductor/expected-errors';
import type { NovaError } from '#errors';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { mapOf, textOf } from '#wire/reading';
import { serializeFailure } from '#wire/failure';
import { sendAnswers } from '#wire/replies';

/** What a caller is answered for a step that failed. */
export interface AnswerFailure extends Failure {
  /** oslo's failure text. */
  readonly text: string;
}

/**
 * The failure of a step as its caller is answered: as it was kept with its request, params and all, or else, for an
 * error that is none of Nova's, by its name alone.
 */
export function answerFailure(kept: string | undefined, caught: Failure): AnswerFailure {
  const known = kept === undefined ? {} : mapOf(readJson(kept));
  if (kept !== undefined && textOf(known['class']) === caught.name)
    return { name: caught.name, message: textOf(known['message']) ?? '', text: kept };
  const error = new Error(caught.message);
  error.name = caught.name;
  return { ...caught, text: serializeFailure(error) };
}

/** The same for an error that we make. */
export const answerError = (error: NovaError): AnswerFailure => ({
  name: error.name,
  message: error.message,
  text: serializeFailure(error),
});

/**
 * Answers a call that a workflow carried out, where there is one; what callers are not used to is logged as a failure.
 */
export async function answerCall(
  services: Pick<Services, 'queues' | 'log'>,
  reply: Json | undefined,
  method: string,
  failure?: AnswerFailure,
  result: Json = null,
): Promise<void> {
  if (failure !== undefined && !isExpectedOfMoves(failure.name))
    services.log.error('server failure', { method, error: failure.name });
  const { queue, messageId } = mapOf(reply);
  if (typeof queue !== 'string' || typeof messageId !== 'string') return;
  const ending = failure === undefined ? 'reply' : 'failure';
  const uniqueId = `${messageId}-${ending}`;
  await sendAnswers(services, [{ address: { queue, messageId }, uniqueId, result, failure: failure?.text ?? null }]);
}

function readJson(text: string): Json {
  const parsed: Json = JSON.parse(text);
  return parsed;
}
