import { usagePayload } from '#conductor/usage-payload';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { instanceItem } from '#records/items/instance';
import { notify } from '#records/notify';
import { fieldsOf as novaFields } from '#records/operation';
import { fieldsOf } from '#wire/reading';

/** One end of a confirmation or of a revert. */
export interface ResizeEvent {
  readonly action: 'confirm' | 'revert';
  readonly phase: 'start' | 'end';
  readonly item: Item;
  readonly context: RequestContext;
  readonly execution: string;
}

/** Publishes that a resize across cells is being confirmed or reverted, or that it is, once for an execution. */
export async function notifyResize(services: Services, event: ResizeEvent): Promise<void> {
  const { action, phase, item, context, execution } = event;
  const [instance, flavor] = [novaFields(item), fieldsOf(instanceItem(item).flavor)];
  await notify(services, {
    id: `resize-${action}-${phase}-${execution}`,
    priority: 'INFO',
    unversioned: {
      eventType: `compute.instance.resize.${action}.${phase}`,
      publisherId: `compute.${services.config.host}`,
      payload: () => usagePayload(instance, flavor),
    },
    versioned: {
      eventType: `instance.resize_${action}.${phase}`,
      publisherId: `nova-compute:${services.config.host}`,
      payload: async () => (await import('#conductor/instance-payloads')).actionPayload({ instance, flavor, context }),
    },
  });
}
