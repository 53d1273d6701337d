import type { Notification, Notifier } from '#ports/notifier';

/** A notification bus that keeps what was published. */
export class MemoryNotifier implements Notifier {
  readonly #sent: Notification[] = [];

  async notify(notification: Notification): Promise<void> {
    this.#sent.push(structuredClone(notification));
  }

  /** Every notification, in the order sent. */
  get sent(): readonly Notification[] {
    return this.#sent;
  }
}
