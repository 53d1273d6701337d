import type { Services } from '#ports/services';
import { sendPulses } from './pulses.ts';
import { reconcileInstances, type Reconciled } from './reconcile.ts';
import { wakeWaits } from './wake-waits.ts';

type RoundServices = Pick<Services, 'clock' | 'config' | 'executions' | 'log' | 'queues' | 'serviceGroup' | 'tables'>;

/** The function behind the schedule, over its ports: one round over all cells. */
export const reconciler =
  (services: RoundServices): (() => Promise<Reconciled>) =>
  async () => {
    await lookAround(services);
    return reconcileInstances(services);
  };

/** What keeps verdicts quick: pulses are sent, and executions that wait for a host that is down look at it now. */
export async function lookAround(services: RoundServices): Promise<void> {
  await sendPulses(services);
  await wakeWaits(services);
}
