import { RETRY } from '#statemachines/retry';
import type { Services } from '#ports/services';
import type { StepEvent } from './step.ts';

/**
 * Runs a step that comes after an order, and whose failure holds up nothing: the state is then what it was. An error
 * after which the Task is tried again is thrown.
 */
export async function holdUpNothing<S>(
  step: (services: Services, event: StepEvent<S>) => Promise<S>,
  services: Services,
  event: StepEvent<S>,
): Promise<S> {
  try {
    return await step(services, event);
  } catch (error) {
    if (!(error instanceof Error) || RETRY.step.ErrorEquals.some((name) => name === error.name)) throw error;
    services.log.error('what follows the order has failed', { step: step.name }, error);
    return event.state;
  }
}
