import type { AnyObject } from '#objects/versioned/any-object';
import { plainText } from '#wire/reading';
import type { Records } from '../method.ts';

/** Service events have a versioned form alone, which the service itself is said to tell. */
export function tellStatus(
  { clock, notices, writer }: Records,
  told: AnyObject,
  action: 'create' | 'update' | 'delete',
): void {
  const [binary, host] = [plainText(told.peek('binary')), plainText(told.peek('host'))];
  notices?.add({
    id: `service-${action}-${plainText(told.peek('uuid'))}-${writer ?? clock.now()}`,
    priority: 'INFO',
    versioned: {
      eventType: `service.${action}`,
      publisherId: `${binary}:${host}`,
      payload: async () => (await import('#objects/notification/service-status-payload')).serviceStatusPayload(told),
    },
  });
}
