import type * as Sdk from '@aws-sdk/client-eventbridge';
import type { EventBridgeClient, EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { Notification, NotificationFamily, Notifier } from '#ports/notifier';
import { QueueThrottled } from '#ports/queues';
import { limited, type ClientLimits } from '../client-limits.ts';
import { isTransientCode, transientAs, unavailable } from '../transient-errors.ts';

export interface EventBridgeNotifierOptions {
  readonly config?: EventBridgeClientConfig;
  /** @default those of the deployed functions */
  readonly limits?: ClientLimits | undefined;
  readonly eventBusName: string;
}

const SERVICE = 'EventBridge';

/** What rules of the bus match on beside the event type: each family has a source of its own. */
const SOURCES: Readonly<Record<NotificationFamily, string>> = {
  unversioned: 'nova.conductor',
  versioned: 'nova.conductor.versioned',
};

/** The notification bus as an event bus: the detail is the envelope of Nova's own notifications. */
export class EventBridgeNotifier implements Notifier {
  readonly #options: EventBridgeNotifierOptions;
  /** Loaded by the first notification: most invocations send none. */
  #loaded: Promise<{ readonly sdk: typeof Sdk; readonly client: EventBridgeClient }> | undefined;

  constructor(options: EventBridgeNotifierOptions) {
    this.#options = options;
  }

  async notify(notification: Notification): Promise<void> {
    const { sdk, client } = await this.#load();
    const command = new sdk.PutEventsCommand({
      Entries: [
        {
          EventBusName: this.#options.eventBusName,
          Source: SOURCES[notification.family],
          DetailType: notification.eventType,
          Detail: JSON.stringify(envelope(notification)),
        },
      ],
    });
    const { Entries: [entry] = [] } = await client.send(command).catch((error: unknown) => {
      throw transientAs(SERVICE, QueueThrottled, error);
    });
    if (entry?.ErrorCode !== undefined) {
      if (isTransientCode(entry.ErrorCode)) throw new QueueThrottled(unavailable(SERVICE, entry.ErrorCode));
      throw new Error(`${notification.eventType} was not taken: ${entry.ErrorCode} ${entry.ErrorMessage ?? ''}`);
    }
  }

  #load(): Promise<{ readonly sdk: typeof Sdk; readonly client: EventBridgeClient }> {
    this.#loaded ??= import('@aws-sdk/client-eventbridge').then((sdk) => ({
      sdk,
      client: new sdk.EventBridgeClient({ ...limited(this.#options.limits), ...this.#options.config }),
    }));
    return this.#loaded;
  }
}

const envelope = (notification: Notification) => ({
  message_id: notification.messageId,
  publisher_id: notification.publisherId,
  event_type: notification.eventType,
  priority: notification.priority,
  payload: notification.payload,
  timestamp: notification.timestamp,
});
