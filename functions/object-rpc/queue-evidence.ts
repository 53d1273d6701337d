import type { Services } from '#ports/services';
import { pulseInterval, QueueLag } from '#records/hosts/queue-lag';
import { queueLagKey, urlLagKey } from '#records/keys';
import { sendPulse } from '#rpc/pulse';
import type { Identified } from '#rpc/sender';

type EvidenceServices = Pick<Services, 'clock' | 'config' | 'log' | 'queues' | 'tables'>;

/** What came in together. */
interface Served {
  /** How many messages it was. */
  readonly messages: number;
  /** Whether any of it failed or could not be answered, and comes again; or has come again after that. */
  readonly failed: boolean;
  /** When the pulses among it had been sent, in epoch milliseconds. */
  readonly pulses: readonly number[];
  /** Messages that nobody could make anything of. */
  readonly putAside: readonly Identified[];
  /** The address of the way, where it has one. */
  readonly url?: string;
}

/** What a function knows of who can have been heard by its way. */
export interface Evidence {
  /** Notes what came in together. What cannot be noted fails no message: without evidence nobody is given up. */
  note(served: Served): Promise<void>;
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
  return noting(services, cell, lag, async ({ messages, pulses }) => {
    // A pulse that answered pulses would never end.
    if (messages > pulses.length) await pulse();
  });
}

/** That of a cell's function URL: whoever is served proves that the others can be heard too. */
export const urlEvidence = (services: EvidenceServices, cell: string): Evidence =>
  noting(services, cell, new QueueLag(services, urlLagKey), () => Promise.resolve());

const noting = (
  { log }: EvidenceServices,
  cell: string,
  lag: QueueLag,
  then: (served: Served) => Promise<void>,
): Evidence => ({
  async note(served) {
    try {
      const { putAside, messages: _, ...notes } = served;
      await lag.note(cell, { ...notes, dead: putAside.flatMap(({ hosts = [] }) => hosts) });
      await then(served);
    } catch (error) {
      log.warn('what was heard could not be noted', { cell, error: String(error) });
    }
  },
});
