import type { Services } from '#ports/services';
import { tendCanaries } from './canary.ts';
import { sendPulses } from './pulses.ts';
import { reconcileInstances, type Reconciled } from './reconcile.ts';
import { destroySecondGuests, type SecondGuestServices } from './second-guests.ts';
import { countUnusableServices } from './unusable-services.ts';
import { wakeWaits } from './wake-waits.ts';

type RoundServices = Pick<Services, 'directCalls' | 'executions' | 'queues' | 'serviceGroup'> & SecondGuestServices;

/** The function behind the schedule, over its ports: one round over all cells. */
export const reconciler =
  (services: Services): (() => Promise<Reconciled>) =>
  async () => {
    await lookAround(services);
    await tendCanaries(services);
    await countUnusableServices(services);
    return reconcileInstances(services);
  };

/**
 * What keeps verdicts quick: pulses are sent, and executions that wait for a host that is down look at it now. Then
 * hosts that were given up and are back are freed of what they have built since.
 */
export async function lookAround(services: RoundServices): Promise<void> {
  await sendPulses(services);
  await wakeWaits(services);
  await destroySecondGuests(services);
}
