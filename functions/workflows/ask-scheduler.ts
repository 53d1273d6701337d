import { MessagingTimeout, NoValidHost } from '#errors';
import { withProviders } from '#conductor/provider-mapping';
import { selectionLimits } from '#conductor/selection';
import type { RequestContext } from '#ports/context';
import type { JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { groupedSpec } from '#request-specs/group-hosts';
import { textOf } from '#wire/reading';

/** Where one server is to go. */
export interface Chosen {
  /** The spec as the scheduler was asked with it; of a server that moves it says which providers meet its groups. */
  readonly spec: WireObject;
  readonly host: string;
  readonly node: string;
  readonly zone: string;
  readonly limits: JsonMap;
}

/** A question for one server. */
export interface Question {
  readonly context: RequestContext;
  readonly spec: WireObject;
  readonly uuid: string;
  /** The execution, so that asking again is known as such. */
  readonly execution: string;
  /** The server goes to another host: its groups are met there anew. */
  readonly moves: boolean;
}

/**
 * Asks a scheduler that does not answer up to `maxAttempts` times, as Nova does (`retry_select_destinations`,
 * nova.scheduler.rpcapi `select_destinations`). The step counts its tries itself, since the state machine's language
 * takes no setting as MaxAttempts.
 *
 * @throws MessagingTimeout after the last try
 */
export async function untilAnswered<T>(
  services: Pick<Services, 'config' | 'log'>,
  uuids: readonly string[],
  ask: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof MessagingTimeout) || attempt >= services.config.maxAttempts) throw error;
      services.log.warn('the scheduler did not answer', { instance: uuids[0], servers: uuids.length, attempt });
    }
  }
}

/**
 * Sets up the server's group and asks the scheduler for one host without alternates (nova.scheduler.utils
 * `setup_instance_group`, nova.scheduler.rpcapi `select_destinations`).
 *
 * @throws NoValidHost, UnsupportedPolicyException, MessagingTimeout
 * @throws KeyError when the scheduler does not say which providers meet what the server needs
 */
export async function askScheduler(
  services: Pick<Services, 'config' | 'log' | 'scheduler' | 'tables'>,
  question: Question,
): Promise<Chosen> {
  const { context, uuid, execution } = question;
  const spec = await groupedSpec(services, question.spec);
  const request = { context, spec, instanceUuids: [uuid], alternates: false, operation: execution };
  const [list] = await untilAnswered(services, [uuid], () => services.scheduler.selectDestinations(request));
  const answer = chosen(services, spec, list?.[0]);
  return question.moves ? { ...answer, spec: withProviders(spec, list?.[0]) } : answer;
}

function chosen(services: Pick<Services, 'config'>, spec: WireObject, selection: WireObject | undefined): Chosen {
  const fields = selection?.['nova_object.data'];
  const host = textOf(fields?.['service_host']);
  const node = textOf(fields?.['nodename']);
  if (host === undefined || node === undefined) throw new NoValidHost({ reason: 'The scheduler named none.' });
  const zone = textOf(fields?.['availability_zone']) ?? services.config.defaultAvailabilityZone;
  return { spec, host, node, zone, limits: selectionLimits(selection) };
}
