import type { AnyObject } from '#objects/versioned/any-object';
import { plainText } from '#wire/reading';
import type { Records } from '../method.ts';

/** Service events have a versioned form alone, published in the service's own name. */
export function notifyServiceStatus(
  { clock, notices, writer }: Records,
  service: AnyObject,
  action: 'create' | 'update' | 'delete',
): void {
  const [binary, host] = [plainText(service.peek('binary')), plainText(service.peek('host'))];
  notices?.add({
    id: `service-${action}-${plainText(service.peek('uuid'))}-${writer ?? clock.now()}`,
    priority: 'INFO',
    versioned: {
      eventType: `service.${action}`,
      publisherId: `${binary}:${host}`,
      payload: async () => (await import('#objects/notification/service-status-payload')).serviceStatusPayload(service),
    },
  });
}
