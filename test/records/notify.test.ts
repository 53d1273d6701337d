import { describe, expect, test } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { MemoryNotifier } from '#local/emulation/memory-notifier';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { DEFAULTS, type Configuration } from '#ports/configuration';
import type { Notifier } from '#ports/notifier';
import { QueueThrottled } from '#ports/queues';
import { notify, notifyQuietly, type NotificationEvent } from '#records/notify';
import { rejected } from '../fixtures/rejected.ts';

const HAPPENING: NotificationEvent = {
  id: 'it',
  priority: 'INFO',
  unversioned: { eventType: 'compute.it', publisherId: 'compute.host1', payload: () => ({ of: 'old' }) },
  versioned: { eventType: 'instance.it', publisherId: 'nova-conductor:host1', payload: () => ({ of: 'new' }) },
};

function busOf(
  notificationFormat: Configuration['notificationFormat'],
  broken?: string,
  error: Error = new QueueThrottled('the bus is away'),
) {
  const kept = new MemoryNotifier();
  const notifier: Notifier = {
    notify: (notification) => (notification.eventType === broken ? Promise.reject(error) : kept.notify(notification)),
  };
  const log = new MemoryLog();
  const clock = new VirtualClock(Date.parse('2026-11-22T10:22:03.885Z'));
  return { kept, log, services: { clock, log, notifier, config: { ...DEFAULTS, notificationFormat } } };
}

const notToBeMade = () => {
  throw new Error('no such state');
};

const types = ({ sent }: MemoryNotifier): string[] => sent.map(({ eventType }) => eventType);

describe('notification_format', () => {
  test.each([
    ['unversioned', ['compute.it']],
    ['versioned', ['instance.it']],
    ['both', ['compute.it', 'instance.it']],
  ] as const)('%s sends its families, the unversioned one first', async (format, sent) => {
    const { kept, services } = busOf(format);

    await notify(services, HAPPENING);

    expect(types(kept)).toEqual(sent);
  });

  test('is unversioned unless it is set', () => {
    expect(DEFAULTS.notificationFormat).toBe('unversioned');
  });

  test('each family has its envelope: an id of its own and a time as Nova writes it', async () => {
    const { kept, services } = busOf('both');

    await notify(services, HAPPENING);

    const timestamp = '2026-11-22 10:22:03.885000';
    expect(kept.sent).toEqual([
      {
        family: 'unversioned',
        eventType: 'compute.it',
        priority: 'INFO',
        publisherId: 'compute.host1',
        messageId: 'it',
        timestamp,
        payload: { of: 'old' },
      },
      {
        family: 'versioned',
        eventType: 'instance.it',
        priority: 'INFO',
        publisherId: 'nova-conductor:host1',
        messageId: 'it-versioned',
        timestamp,
        payload: { of: 'new' },
      },
    ]);
  });

  test('what one family alone has a word for is published in that family alone', async () => {
    const { kept, services } = busOf('both');
    const { unversioned: _unversioned, ...versionedAlone } = HAPPENING;

    await notify(services, versionedAlone);

    expect(types(kept)).toEqual(['instance.it']);
  });
});

describe('a broken notifier', () => {
  test.each([
    ['compute.it', 'instance.it'],
    ['instance.it', 'compute.it'],
  ])('%s fails, and %s is sent all the same', async (broken, other) => {
    const { kept, services } = busOf('both', broken);

    const error = await rejected(notify(services, HAPPENING));

    expect(error).toMatchObject({ message: 'the bus is away' });
    expect(types(kept)).toEqual([other]);
  });

  test.each([
    ['compute.it', 'instance.it'],
    ['instance.it', 'compute.it'],
  ])('that never takes %s ends nothing: that is logged, and %s is sent', async (broken, other) => {
    const { kept, log, services } = busOf('both', broken, new Error('Total size of the entries is over the limit'));

    await notify(services, HAPPENING);

    expect(types(kept)).toEqual([other]);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { event: broken } }]);
  });

  test.each([
    ['compute.it', 'instance.it'],
    ['instance.it', 'compute.it'],
  ])('is logged and swallowed where a notification fails no operation: %s', async (broken, other) => {
    const { kept, log, services } = busOf('both', broken);

    await notifyQuietly(services, HAPPENING);

    expect(types(kept)).toEqual([other]);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { event: broken } }]);
  });

  test('a payload that cannot be made is logged and keeps back that event alone', async () => {
    const { kept, log, services } = busOf('both');

    await notify(services, {
      ...HAPPENING,
      versioned: { eventType: 'instance.it', publisherId: 'x', payload: notToBeMade },
    });

    expect(types(kept)).toEqual(['compute.it']);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { event: 'instance.it' } }]);
  });
});
