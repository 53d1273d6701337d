import { describe, expect, it } from 'vitest';
import { EventBridgeNotifier } from '#adapters/eventbridge/notifier';
import { MemoryNotifier } from '#local/emulation/memory-notifier';
import type { Notification } from '#ports/notifier';
import { startFakeEndpoint } from '../fixtures/endpoints/fake-endpoint.ts';
import { rejected } from '../fixtures/rejected.ts';

const NOTIFICATION: Notification = {
  family: 'unversioned',
  eventType: 'compute_task.build_instances',
  priority: 'ERROR',
  publisherId: 'compute_task.host1',
  payload: { instance_id: 'uuid-1' },
  messageId: 'message-1',
  timestamp: '2026-01-01 00:00:00.000000',
};

describe('EventBridgeNotifier', () => {
  it('puts the envelope of a Nova notification on the bus of the deployment', async () => {
    const endpoint = await startFakeEndpoint(() => ({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }));

    await new EventBridgeNotifier({ config: endpoint.config, eventBusName: 'nova' }).notify(NOTIFICATION);

    await endpoint.stop();
    const detail = JSON.stringify({
      message_id: 'message-1',
      publisher_id: 'compute_task.host1',
      event_type: 'compute_task.build_instances',
      priority: 'ERROR',
      payload: { instance_id: 'uuid-1' },
      timestamp: '2026-01-01 00:00:00.000000',
    });
    expect(endpoint.requests[0]?.body).toEqual({
      Entries: [
        { EventBusName: 'nova', Source: 'nova.conductor', DetailType: 'compute_task.build_instances', Detail: detail },
      ],
    });
  });

  it('a versioned notification has a source of its own', async () => {
    const endpoint = await startFakeEndpoint(() => ({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }));
    const notifier = new EventBridgeNotifier({ config: endpoint.config, eventBusName: 'nova' });

    await notifier.notify({ ...NOTIFICATION, family: 'versioned', eventType: 'compute_task.build_instances.error' });

    await endpoint.stop();
    expect(endpoint.requests[0]?.body).toMatchObject({
      Entries: [{ Source: 'nova.conductor.versioned', DetailType: 'compute_task.build_instances.error' }],
    });
  });

  it.each(['ThrottlingException', 'InternalException', 'InternalFailure'])(
    'an event that the bus did not take for %s is sent again',
    async (ErrorCode) => {
      const endpoint = await startFakeEndpoint(() => ({ FailedEntryCount: 1, Entries: [{ ErrorCode }] }));
      const notifier = new EventBridgeNotifier({ config: endpoint.config, eventBusName: 'nova' });

      const error = await rejected(notifier.notify(NOTIFICATION));

      await endpoint.stop();
      expect(error).toMatchObject({
        name: 'QueueThrottled',
        message: `EventBridge is not available for now: ${ErrorCode}`,
      });
    },
  );

  it('an event that the bus never takes fails', async () => {
    const endpoint = await startFakeEndpoint(() => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'MalformedDetail' }],
    }));
    const notifier = new EventBridgeNotifier({ config: endpoint.config, eventBusName: 'nova' });

    const error = await rejected(notifier.notify(NOTIFICATION));

    await endpoint.stop();
    expect(error).toMatchObject({ message: 'compute_task.build_instances was not taken: MalformedDetail ' });
  });
});

describe('MemoryNotifier', () => {
  it('keeps what was published, in order', async () => {
    const notifier = new MemoryNotifier();

    await notifier.notify(NOTIFICATION);
    await notifier.notify({ ...NOTIFICATION, messageId: 'message-2' });

    expect(notifier.sent).toEqual([NOTIFICATION, { ...NOTIFICATION, messageId: 'message-2' }]);
  });
});
