import { InstanceActionEventNotFound, InstanceActionNotFound } from '#errors';
import type { Failure } from '#conductor/fault';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { finishEvent, startEvent } from './instance-action-event.ts';
import type { Cell } from './method.ts';

/** An action event that belongs to an execution (conductor.md section 6): it begins and ends once. */
export interface StepEventScope {
  readonly cell: Cell;
  readonly uuid: string;
  readonly event: string;
  readonly context: RequestContext;
  readonly execution: string;
}

type EventServices = Pick<Services, 'clock' | 'config' | 'counter' | 'ids' | 'tables'>;

const recordsOf = (services: EventServices, { context, cell, event, execution }: StepEventScope) => ({
  ...services,
  context,
  cell,
  writer: `${event}-${execution}`,
});

/** Begins the event; a repeat finds it begun. @throws InstanceActionNotFound */
export async function beginStepEvent(services: EventServices, scope: StepEventScope): Promise<void> {
  await startEvent(recordsOf(services, scope), {
    uuid: scope.uuid,
    event: scope.event,
    host: services.config.host,
  });
}

/** Ends the event, with a failure as an error. One that never began is none to end. */
export async function endStepEvent(services: EventServices, scope: StepEventScope, failure?: Failure): Promise<void> {
  const { uuid, event } = scope;
  try {
    await finishEvent(recordsOf(services, scope), {
      uuid,
      event,
      details: failure === undefined ? null : failure.message,
      traceback: failure === undefined ? null : `Traceback:\n  ${failure.name}: ${failure.message}`,
    });
  } catch (error) {
    if (!(error instanceof InstanceActionEventNotFound || error instanceof InstanceActionNotFound)) throw error;
  }
}
