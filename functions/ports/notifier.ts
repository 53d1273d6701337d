import type { JsonMap } from './json.ts';

/** The two families of notifications; each has a topic of its own in Nova. */
export type NotificationFamily = 'unversioned' | 'versioned';

/** An event of the notification bus (nova.notifications.base `info_from_instance`). */
export interface Notification {
  readonly family: NotificationFamily;
  /** For instance `compute_task.build_instances`. */
  readonly eventType: string;
  readonly priority: 'INFO' | 'ERROR';
  /** For instance `conductor.<host>`, or `nova-conductor:<host>` of a versioned event. */
  readonly publisherId: string;
  readonly payload: JsonMap;
  /** The same event sent again carries the same id. */
  readonly messageId: string;
  readonly timestamp: string;
}

/**
 * The notification bus.
 *
 * @throws QueueThrottled when the same call may be tried again
 */
export interface Notifier {
  notify(notification: Notification): Promise<void>;
}
