import { auditPeriod } from '#conductor/time';
import type { Configuration } from '#ports/configuration';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Attributes, Item, TableName, Tables } from '#ports/tables';
import { instanceKey, tagsKey } from './keys.ts';
import { notifyQuietly, type NotificationEvent, type NotifyServices } from './notify.ts';
import { fieldsOf as novaFields } from './operation.ts';
import { fieldsOf } from '#wire/reading';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { storedValue } from '#records/items/read';
import { tagsItem } from '#records/items/tags';

/** A server as its record now is, and what it was before. */
interface Updated {
  /** The same for the same update. */
  readonly id: string;
  readonly item: Item;
  readonly context: RequestContext;
  /** Who publishes it: all that is saved is published in the name of computes. */
  readonly service: 'conductor' | 'compute';
  /** Null stands for what the server has now. */
  readonly old: { readonly vm_state: string | null; readonly task_state: string | null };
  readonly old_display_name: string | null;
  readonly tags: () => Promise<string[]>;
}

/**
 * Publishes a new server, where state notifications are on (nova.conductor.manager `schedule_and_build_instances`,
 * nova.notifications.base `send_update`). Its tags are published as none: Nova makes them after this event.
 */
export async function notifyNewInstance(services: NotifyServices, item: Item, context: RequestContext): Promise<void> {
  if (services.config.notifyOnStateChange === null) return;
  const update: Updated = {
    id: `new-server-${instanceItem(item).uuid}`,
    item,
    context,
    service: 'conductor',
    old: { vm_state: null, task_state: null },
    old_display_name: null,
    tags: () => Promise.resolve([]),
  };
  await notifyQuietly(services, stateUpdate(services, update));
}

/** A save of a server; `before` is its record, or the states alone of one that was not recorded yet. */
export interface SavedInstance extends Pick<Updated, 'id' | 'item' | 'context'> {
  readonly before: Attributes;
  readonly table: TableName;
}

/**
 * The event of a save, where changes of state are published (nova.notifications.base.send_update): from which states
 * the server went when what is published has changed, and else its present ones, with the name that it had before.
 */
export function savedInstance(
  services: UpdateServices & { readonly tables: Tables },
  saved: SavedInstance,
): NotificationEvent {
  const { before, item, table } = saved;
  const changed = (name: keyof InstanceItem): boolean =>
    storedValue<InstanceItem>(before, name) !== storedValue<InstanceItem>(item, name);
  const both = services.config.notifyOnStateChange === 'vm_and_task_state';
  const turned = changed('vm_state') || (both && changed('task_state'));
  const { vm_state, task_state, display_name } = instanceItem(before);
  return stateUpdate(services, {
    ...saved,
    service: 'compute',
    old: turned ? { vm_state, task_state } : { vm_state: null, task_state: null },
    old_display_name: !turned && changed('display_name') ? display_name : null,
    tags: async () => tagsIn(await services.tables.get(table, tagsKey(instanceItem(item).uuid))),
  });
}

const tagsIn = (item: Item | undefined): string[] => (item === undefined ? [] : tagsItem(item).tags);

/** Publishes a save of our own, where changes of state are published. */
export async function notifySave(
  services: NotifyServices & { readonly tables: Tables },
  saved: Omit<SavedInstance, 'before'> & { readonly before: Attributes | undefined },
): Promise<void> {
  const { before } = saved;
  if (services.config.notifyOnStateChange === null || before === undefined) return;
  await notifyQuietly(services, savedInstance(services, { ...saved, before }));
}

/** The record of a server before a save that is published; undefined where none is. */
export async function recordToNotify(
  tables: Tables,
  { notifyOnStateChange }: Pick<Configuration, 'notifyOnStateChange'>,
  table: TableName,
  uuid: string,
): Promise<Item | undefined> {
  return notifyOnStateChange === null ? undefined : tables.get(table, instanceKey(uuid));
}

interface UpdateServices extends Pick<Services, 'clock'> {
  readonly config: Pick<Configuration, 'host' | 'notifyOnStateChange'>;
}

/** Both families' event of an update (nova.notifications.base). Payloads are loaded by deployments that send them. */
function stateUpdate({ clock, config }: UpdateServices, update: Updated): NotificationEvent {
  const { item, context, service, old, old_display_name } = update;
  const [instance, flavor] = [novaFields(item), fieldsOf(instanceItem(item).flavor ?? undefined)];
  const { vm_state: state, task_state: new_task_state } = instanceItem(item);
  const states = {
    old_state: old.vm_state ?? state,
    state,
    old_task_state: old.task_state ?? new_task_state,
    new_task_state,
  };
  const period = auditPeriod(clock.now());
  const renamed: JsonMap = old_display_name === null ? {} : { old_display_name };
  return {
    id: update.id,
    priority: 'INFO',
    unversioned: {
      eventType: 'compute.instance.update',
      publisherId: `${service}.${config.host}`,
      payload: async () => {
        const { usagePayload } = await import('#conductor/usage-payload');
        return { ...usagePayload(instance, flavor), ...states, ...period, bandwidth: {}, ...renamed };
      },
    },
    versioned: {
      eventType: 'instance.update',
      publisherId: `nova-${service}:${config.host}`,
      payload: async () => {
        const tags = await update.tags();
        const { updatePayload } = await import('#conductor/instance-payloads');
        return updatePayload({ instance, flavor, context }, { ...states, ...period, old_display_name, tags });
      },
    },
  };
}
