import { usagePayload } from '#conductor/usage-payload';
import type { Json, JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { fieldsOf as novaFields } from './operation.ts';
import { fieldsOf, textOf } from './reading.ts';

type UpdateServices = Pick<Services, 'clock' | 'config' | 'log' | 'notifier'>;

/** A server's record before a save and after it. */
export interface Saved {
  readonly before: Item;
  readonly item: Item;
}

/**
 * Tells the notification bus of a new server, where state notifications are on (conductor.md sections 14.4.3, 18.3). A
 * null given state stands for the server's own. An error is logged and ends nothing.
 */
export async function notifyNewServer(services: UpdateServices, item: Item): Promise<void> {
  if (services.config.notifyOnStateChange === null) return;
  const publisherId = `conductor.${services.config.host}`;
  await send(services, { item, publisherId, messageId: `new-server-${uuidOf(item)}`, old: item, more: {} });
}

/**
 * Tells the notification bus of a saved server, where state notifications are on: with the states before, when vm_state
 * has changed (or task_state, in the mode that looks at it); else as it is, with its former name if that has changed
 * (nova.notifications.base.send_update). An error is logged and ends nothing.
 *
 * @param cause - names the save, so that the same one has the same message id when it is told again
 */
export async function notifySavedServer(
  services: UpdateServices,
  { before, item }: Saved,
  cause: string,
): Promise<void> {
  const { notifyOnStateChange: mode, host } = services.config;
  if (mode === null) return;
  const has = (name: string): boolean => (before[name] ?? null) !== (item[name] ?? null);
  const turned = has('vm_state') || (mode === 'vm_and_task_state' && has('task_state'));
  await send(services, {
    item,
    publisherId: `compute.${host}`,
    messageId: `update-${cause}-${uuidOf(item)}`,
    old: turned ? before : item,
    more: turned || !has('display_name') ? {} : { old_display_name: before['display_name'] ?? null },
  });
}

interface Update {
  readonly item: Item;
  readonly publisherId: string;
  readonly messageId: string;
  /** Where the old states are read. */
  readonly old: Item;
  readonly more: JsonMap;
}

async function send(services: UpdateServices, { item, publisherId, messageId, old, more }: Update): Promise<void> {
  const { notifier, log, clock } = services;
  const timestamp = new Date(clock.now()).toISOString();
  const state = (name: string): Json => item[name] ?? null;
  const oldState = (name: string): Json => old[name] ?? state(name);
  try {
    await notifier.notify({
      eventType: 'compute.instance.update',
      priority: 'INFO',
      publisherId,
      messageId,
      timestamp,
      payload: {
        ...usagePayload(novaFields(item), fieldsOf(item['flavor'])),
        old_state: oldState('vm_state'),
        state: state('vm_state'),
        old_task_state: oldState('task_state'),
        new_task_state: state('task_state'),
        audit_period_beginning: item['created_at'] ?? '',
        audit_period_ending: timestamp,
        bandwidth: {},
        ...more,
      },
    });
  } catch (error) {
    log.error('a notification could not be sent', { instance: uuidOf(item), event: 'compute.instance.update' }, error);
  }
}

const uuidOf = (item: Item): string => textOf(item['uuid']) ?? '';
