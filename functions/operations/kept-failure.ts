import type { NovaError } from '#errors';
import { exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { serializeFailure } from '#wire/failure';
import { documentKey, REQUESTS } from '#records/keys';

/**
 * Keeps an error with its request, so that a caller gets it with its params: what a state machine hands on of an error
 * is name and message only.
 */
export async function keepFailure(
  services: Pick<Services, 'tables'>,
  request: string,
  error: NovaError,
): Promise<void> {
  try {
    const update = { set: { failure: serializeFailure(error) } };
    await services.tables.update(REQUESTS, documentKey(request), update, exists);
  } catch (refused) {
    if (!(refused instanceof ConditionFailed)) throw refused;
  }
}
