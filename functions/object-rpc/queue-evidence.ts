import type { Services } from '#ports/services';
import { pulseInterval, QueueLag } from '#records/hosts/queue-lag';
import type { Settled } from '#rpc/batch';
import { sendPulse } from '#rpc/pulse';
import type { Identified } from '#rpc/sender';

type EvidenceServices = Pick<Services, 'clock' | 'config' | 'log' | 'queues' | 'tables'>;

/**
 * What the function of a cell's conductor queue knows of who can have been heard: it notes pulses and trouble, and sends
 * pulses of its own while hosts speak. What cannot be noted fails no message: without evidence nobody is given up.
 */
export class QueueEvidence {
  readonly #services: EvidenceServices;
  readonly #cell: string;
  readonly #lag: QueueLag;
  #sentAt = -Infinity;

  constructor(services: EvidenceServices, cell: string) {
    this.#services = services;
    this.#cell = cell;
    this.#lag = new QueueLag(services);
  }

  /** `pulses` are the times at which the pulses of the batch had been sent; `putAside` are its dead letters. */
  async note(outcomes: Settled, pulses: readonly number[], putAside: readonly Identified[]): Promise<void> {
    try {
      const failed = outcomes.some(({ status }) => status === 'rejected');
      const dead = putAside.flatMap(({ hosts = [] }) => hosts);
      await this.#lag.note(this.#cell, { pulses, failed, dead });
      // A pulse that answered pulses would never end.
      if (outcomes.length > pulses.length) await this.#pulse();
    } catch (error) {
      this.#services.log.warn('what was heard could not be noted', { cell: this.#cell, error: String(error) });
    }
  }

  async #pulse(): Promise<void> {
    const now = this.#services.clock.now();
    if (now - this.#sentAt < pulseInterval(this.#services.config.serviceDownTime)) return;
    await sendPulse(this.#services, this.#cell);
    this.#sentAt = now;
  }
}
