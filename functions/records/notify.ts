import { novaTimestamp } from '#conductor/time';
import type { JsonMap } from '#ports/json';
import type { Notification, NotificationFamily } from '#ports/notifier';
import { QueueThrottled } from '#ports/queues';
import type { Services } from '#ports/services';

/** How one family forms an event; the payload is made only where the family is sent. */
interface EventForm extends Pick<Notification, 'eventType' | 'publisherId'> {
  readonly payload: () => JsonMap | Promise<JsonMap>;
}

/** Something that happened; a family that has no word for it is left out. */
export interface NotificationEvent extends Pick<Notification, 'priority'> {
  /** The same for the same event, however often its step is repeated. */
  readonly id: string;
  readonly unversioned?: EventForm;
  readonly versioned?: EventForm;
}

export type NotifyServices = Pick<Services, 'clock' | 'config' | 'log' | 'notifier'>;

const FAMILIES: readonly NotificationFamily[] = ['unversioned', 'versioned'];

/**
 * Publishes an event in the families that the deployment sends (nova's notification_format), the unversioned one first.
 * A payload that cannot be made, or that the bus never takes, is logged and not sent: the next try would make it no
 * better, and no operation ends for an event (oslo.messaging's drivers log what they cannot send).
 *
 * @throws QueueThrottled when the bus is away, after every family was tried
 */
export async function notify(services: NotifyServices, event: NotificationEvent): Promise<void> {
  const failed: unknown[] = [];
  for (const family of FAMILIES) {
    try {
      await notifyFamily(services, event, family);
    } catch (error) {
      if (error instanceof QueueThrottled) failed.push(error);
      else notSent(services, event, family, error);
    }
  }
  if (failed.length > 0) throw failed[0];
}

/**
 * Publishes where a notification never fails an operation: an error is logged and ends nothing.
 */
export async function notifyQuietly(services: NotifyServices, event: NotificationEvent): Promise<void> {
  for (const family of FAMILIES) {
    try {
      await notifyFamily(services, event, family);
    } catch (error) {
      notSent(services, event, family, error);
    }
  }
}

const notSent = ({ log }: NotifyServices, event: NotificationEvent, family: NotificationFamily, error: unknown): void =>
  log.error('a notification could not be sent', { event: event[family]?.eventType ?? '' }, error);

async function notifyFamily(
  services: NotifyServices,
  event: NotificationEvent,
  family: NotificationFamily,
): Promise<void> {
  const { notificationFormat } = services.config;
  const form = event[family];
  if (form === undefined || (notificationFormat !== 'both' && notificationFormat !== family)) return;
  const payload = await payloadOf(services, form);
  if (payload === undefined) return;
  await services.notifier.notify({
    family,
    eventType: form.eventType,
    priority: event.priority,
    publisherId: form.publisherId,
    messageId: family === 'versioned' ? `${event.id}-versioned` : event.id,
    timestamp: novaTimestamp(services.clock.now()),
    payload,
  });
}

async function payloadOf({ log }: NotifyServices, { eventType, payload }: EventForm): Promise<JsonMap | undefined> {
  try {
    return await payload();
  } catch (error) {
    log.error('a payload could not be made, so that the event is not sent', { event: eventType }, error);
    return undefined;
  }
}
