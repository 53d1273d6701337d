import { liveness } from '#conductor/liveness';
import { isUp } from '#conductor/service-up';
import type { ServiceGroup } from '#ports/service-group';
import type { Services } from '#ports/services';
import { cellTable, serviceKey } from './keys.ts';
import { cellQueue } from '#ports/host-queue';
import { queueLagKey } from './queue-lag.ts';

/** The service group over the heartbeats in a cell's table. */
export function serviceGroup(services: Pick<Services, 'tables' | 'clock' | 'queues' | 'config'>): ServiceGroup {
  return {
    async liveness(cell, host) {
      const table = cellTable(cell);
      const [service, pulse] = await services.tables.batchGet([
        { table, key: serviceKey(host, 'nova-compute') },
        { table, key: queueLagKey },
      ]);
      const now = services.clock.now();
      const { serviceDownTime } = services.config;
      const up = service && isUp(service, now, serviceDownTime);
      if (up === true) return 'up';
      return liveness({
        up,
        pulseAge: typeof pulse?.['at'] === 'number' ? now - pulse['at'] : undefined,
        lag: Number(pulse?.['lag'] ?? 0),
        backlog: await services.queues.backlog(cellQueue(cell)),
        serviceDownTime,
      });
    },
  };
}
