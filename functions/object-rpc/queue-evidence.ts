import type { Services } from '#ports/services';
import { pulseInterval, QueueLag } from '#records/hosts/queue-lag';
import { queueLagKey, urlLagKey } from '#records/keys';
import type { Settled } from '#rpc/batch';
import { sendPulse } from '#rpc/pulse';
import type { Identified } from '#rpc/sender';

type EvidenceServices = Pick<Services, 'clock' | 'config' | 'log' | 'queues' | 'tables'>;

/** What a function knows of who can have been heard by its way. */
export interface Evidence {
  /**
   * Notes what came in together. What cannot be noted fails no message: without evidence nobody is given up.
   *
   * @param pulses when the pulses among it had been sent, in epoch milliseconds
   * @param putAside messages that nobody could make anything of
   * @param url the address of the way, where it has one
   */
  note(outcomes: Settled, pulses: readonly number[], putAside: readonly Identified[], url?: string): Promise<void>;
}

/** That of a cell's conductor queue: pulses of its own are sent while hosts speak. */
export function queueEvidence(services: EvidenceServices, cell: string): Evidence {
  const lag = new QueueLag(services, queueLagKey);
  let sentAt = -Infinity;
  const pulse = async (): Promise<void> => {
    const now = services.clock.now();
    if (now - sentAt < pulseInterval(services.config.serviceDownTime)) return;
    await sendPulse(services, cell);
    sentAt = now;
  };
  return noting(services, cell, lag, async (outcomes, pulses) => {
    // A pulse that answered pulses would never end.
    if (outcomes.length > pulses.length) await pulse();
  });
}

/** That of a cell's function URL: whoever is served proves that the others can be heard too. */
export const urlEvidence = (services: EvidenceServices, cell: string): Evidence =>
  noting(services, cell, new QueueLag(services, urlLagKey), () => Promise.resolve());

const noting = (
  { log }: EvidenceServices,
  cell: string,
  lag: QueueLag,
  then: (outcomes: Settled, pulses: readonly number[]) => Promise<void>,
): Evidence => ({
  async note(outcomes, pulses, putAside, url) {
    try {
      const failed = outcomes.some(({ status }) => status === 'rejected');
      const dead = putAside.flatMap(({ hosts = [] }) => hosts);
      await lag.note(cell, { pulses, failed, dead, ...(url === undefined ? {} : { url }) });
      await then(outcomes, pulses);
    } catch (error) {
      log.warn('what was heard could not be noted', { cell, error: String(error) });
    }
  },
});
