import { InstanceActionEventNotFound, InstanceActionNotFound } from '#errors';
import type { Failure } from '#conductor/fault';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { finishEvent, finishEvents, startEvent, startEvents } from '#records/methods/instance-action-event';
import type { Cell } from '#records/method';

/** Work on a server that shows up as events of the request's action (nova.compute.utils `EventReporter`). */
export interface ActionScope {
  readonly cell: Cell;
  readonly uuid: string;
  readonly context: RequestContext;
  /** Event names, the outermost first. */
  readonly events: readonly string[];
  /** Execution and attempt, under which the events are begun once. */
  readonly writer: string;
}

type ScopeServices = Pick<Services, 'clock' | 'config' | 'counter' | 'ids' | 'log' | 'tables'>;

/**
 * Begins the events.
 *
 * @throws InstanceActionNotFound when the request has no action; then the work is not to be done
 */
export async function beginScope(services: ScopeServices, scope: ActionScope): Promise<void> {
  const { events, uuid, ...rest } = scope;
  const records = { ...services, ...rest };
  const { host } = services.config;
  if (events.length > 1 && (await startEvents(records, uuid, events, host))) return;
  for (const event of events) await startEvent(records, { uuid, event, host });
}

/** Ends the events, the innermost first: with a failure they carry it. Events that never began are left alone. */
export async function endScope(services: ScopeServices, scope: ActionScope, failure?: Failure): Promise<void> {
  const { events, uuid, ...rest } = scope;
  const records = { ...services, ...rest };
  const failed =
    failure === undefined
      ? { details: null, traceback: null }
      : { details: failure.message, traceback: `Traceback:\n  ${failure.name}: ${failure.message}` };
  if (events.length > 1 && (await finishEvents(records, { uuid, events, ...failed }))) return;
  for (const event of events.toReversed()) {
    try {
      await finishEvent(records, { uuid, event, ...failed });
    } catch (error) {
      if (!(error instanceof InstanceActionNotFound || error instanceof InstanceActionEventNotFound)) throw error;
      services.log.info('an event that is not there is not ended', { instance: uuid, event, error: error.name });
    }
  }
}

/** Ends the events with a failure that came before they began, or after; a request without an action has none. */
export async function failScope(services: ScopeServices, scope: ActionScope, failure: Failure): Promise<void> {
  try {
    await beginScope(services, scope);
  } catch (error) {
    if (error instanceof InstanceActionNotFound) return;
    throw error;
  }
  await endScope(services, scope, failure);
}
