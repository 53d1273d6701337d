import { expect, test } from 'vitest';
import { MemoryQueues } from '#adapters/memory/queues';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { CallerClosed, RpcCaller } from '#client/rpc-caller';
import { seededIds } from '#adapters/memory/ids';
import { MemoryBus } from '../fixtures/memory/bus.ts';
import { CONTEXT } from '../fixtures/records.ts';

test('a call that is given up while its message is being sent rejects for its caller alone', async () => {
  const clock = new VirtualClock();
  const queues = new MemoryQueues({ clock });
  queues.create('conductor');
  const bus = new MemoryBus(queues);
  const sending = Promise.withResolvers<void>();
  bus.send = () => sending.promise;
  const caller = new RpcCaller({ bus, clock, ids: seededIds(1) });
  const call = caller.call({ queue: 'conductor', method: 'ping', version: '1.0', args: {}, context: CONTEXT });
  await clock.settle();

  await caller.close();
  await clock.settle();
  sending.resolve();

  await expect(call).rejects.toThrow(CallerClosed);
});
