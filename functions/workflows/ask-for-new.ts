import { InvalidBDM } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Json, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { RequestedInstance } from '#operations/request-document';
import { groupOf } from '#request-specs/group-hosts';
import { MOST_DEVICES, templateDevices } from '#servers/new-devices';
import { untilAnswered } from './ask-scheduler.ts';

/**
 * Asks the scheduler for new servers of a request with the same spec: the host of each and its alternates, none for a
 * server that is another request's.
 *
 * @throws NoValidHost, UnsupportedPolicyException, MessagingTimeout
 */
export function askForNew(
  services: Services,
  {
    request,
    context,
    spec,
    uuids,
  }: {
    readonly request: string;
    readonly context: RequestContext;
    readonly spec: WireObject;
    readonly uuids: readonly string[];
  },
): Promise<WireObject[][]> {
  const question = { context, spec, instanceUuids: uuids, alternates: true, operation: request, fresh: true };
  return untilAnswered(services, uuids, () => services.scheduler.selectDestinations(question));
}

/** The server group as it was set up for the scheduler; undefined where the spec has none. */
export const groupSetUp = ({ document }: RequestedInstance, spec: WireObject): WireObject | undefined =>
  spec === document.request_spec ? undefined : groupOf(spec);

/** @throws InvalidBDM for more devices than a server may have */
export function checkDevices(template: Json): void {
  const { length } = templateDevices(template);
  if (length > MOST_DEVICES)
    throw new InvalidBDM({ reason: `${length} devices are more than the ${MOST_DEVICES} that a server may have.` });
}
