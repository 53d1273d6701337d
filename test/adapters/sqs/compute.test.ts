import { expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { MemoryQueues } from '#adapters/memory/queues';
import { queuedCompute } from '#adapters/sqs/compute';
import { CONTEXT } from '../../fixtures/records.ts';

const ORDER = {
  cell: 'cell1',
  host: 'host1',
  method: 'live_migration',
  version: '6.0',
  args: {},
  context: CONTEXT,
  uniqueId: 'one',
};

it('an order for the second topic of a host says so, and lies in the same queue as the others', async () => {
  const queues = new MemoryQueues({ clock: new VirtualClock() });
  queues.create('cell-cell1-host-host1');

  await queuedCompute(queues).cast({ ...ORDER, topic: 'compute-alt' });
  await queuedCompute(queues).cast({ ...ORDER, uniqueId: 'two' });

  const sent = queues.messages('cell-cell1-host-host1').map(({ attributes }) => attributes?.['topic'] ?? null);
  expect(sent).toEqual(['compute-alt', null]);
});
