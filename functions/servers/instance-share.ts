import { amountsOf } from '#conductor/quota';
import { flavorOf } from '#objects/request-spec/request-spec-facts';
import type { RequestedInstance } from '#operations/request-document';
import type { RequestContext } from '#ports/context';
import type { Reservation } from '#records/quota-usage';
import { textOf } from '#wire/reading';

/** What one server of a request counts and for whom: by its own spec, and by the context where that does not say. */
export function shareOf(instance: RequestedInstance, context: RequestContext): Reservation {
  const spec = instance.document.request_spec['nova_object.data'];
  return {
    project: textOf(spec['project_id']) ?? context.project_id ?? '',
    user: textOf(spec['user_id']) ?? context.user_id ?? undefined,
    share: amountsOf(1, flavorOf(spec)),
  };
}
