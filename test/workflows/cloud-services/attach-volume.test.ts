import { describe, expect, test } from 'vitest';
import { InvalidInput, ServiceNotReached } from '#errors';
import { Attaching, VOLUME, withVolumes } from '../../fixtures/attached-volume.ts';
import { leftOver } from '../../fixtures/ledger.ts';

/** A host that carries nothing out. */
const silent = async (): Promise<void> => undefined;

/** A volume service that makes no attachment. */
const refuse = () => Promise.reject(new InvalidInput({ reason: 'status must be available' }));

const TROUBLE = { service: 'block-storage', url: 'u', trouble: 'was not reached', remedy: 'Look.' };

/** What nothing has come of. */
async function expectNothing(at: Attaching): Promise<void> {
  expect(at.devices).toEqual([]);
  expect(await at.attachments()).toEqual([]);
  expect(at.world.orders().some(({ method }) => method === 'attach_volume')).toBe(false);
  expect(await leftOver(at.world)).toEqual([]);
}

describe('a volume that is to be attached', () => {
  test('gets a device and an attachment, is ordered to the host, and the caller gets the device (ATTVOL-01)', async () => {
    const at = await Attaching.boot();

    const answer = await at.call();

    expect(answer).toBe('/dev/vdb');
    expect(at.ordered).toEqual(['reserve_block_device_name', 'attach_volume']);
    const [device] = at.devices;
    expect(await at.attachments()).toEqual([device?.['attachment_id']]);
    const order = at.world.orders().find(({ method }) => method === 'attach_volume');
    expect(order?.args['bdm']).toMatchObject({
      'nova_object.data': { volume_id: VOLUME, attachment_id: device?.['attachment_id'] },
    });
    const actions = at.world.beside(at.server.uuid, 'action#').map(({ action }) => action);
    expect(actions).toContain('attach_volume');
    expect(await leftOver(at.world)).toEqual([]);
  });

  test('goes with its server where the user asked for that, and the device says so first (ATTVOL-02)', async () => {
    const saved: unknown[] = [];
    const at = await Attaching.boot(
      withVolumes({}, (volumes) => ({
        ...volumes,
        createAttachment: (...asked) => {
          saved.push(...at.devices.map((device) => device['delete_on_termination']));
          return volumes.createAttachment(...asked);
        },
      })),
    );

    await at.call({ delete_on_termination: true });

    expect(saved).toEqual([true]);
    expect(at.devices[0]).toMatchObject({ delete_on_termination: true });
  });

  test('is not attached where the host makes the device and does not answer in time (ATTVOL-03)', async () => {
    const config = { hostCallSeconds: 300 };
    const at = await Attaching.boot(
      withVolumes({
        config,
        behaviour: ({ method }) => (method === 'reserve_block_device_name' ? { delay: 3_000_000 } : 'build'),
      }),
    );

    const answer = await at.call();

    expect(answer).toBe('MessagingTimeout');
    await expectNothing(at);
  });

  test('is not attached where the host is silent, and nothing is taken back (ATTVOL-04)', async () => {
    const hosts = [{ host: 'host1', cell: 'cell1', orders: { reserve_block_device_name: silent } }];
    const at = await Attaching.boot(withVolumes({ config: { hostCallSeconds: 300 }, hosts }));

    const answer = await at.call();

    expect(answer).toBe('MessagingTimeout');
    await expectNothing(at);
  });

  test('of another zone is refused where volumes stay in theirs (ATTVOL-05)', async () => {
    const at = await Attaching.boot(withVolumes({ config: { crossAzAttach: false } }));

    const answer = await at.call({ volume: { availability_zone: 'az2' } });

    expect(answer).toBe('InvalidVolume');
    await expectNothing(at);
  });

  test('of several servers is refused to a caller that does not know of them (ATTVOL-06)', async () => {
    const at = await Attaching.boot();

    const answer = await at.call({ volume: { multiattach: true } });

    expect(answer).toBe('MultiattachNotSupportedOldMicroversion');
    await expectNothing(at);
  });

  test('that its service refuses is not attached (ATTVOL-07)', async () => {
    const at = await Attaching.boot(withVolumes({}, (volumes) => ({ ...volumes, createAttachment: refuse })));

    const answer = await at.call();

    expect(answer).toBe('InvalidInput');
    expect(at.world.beside(at.server.uuid, 'action#').map(({ action }) => action)).not.toContain('attach_volume');
    await expectNothing(at);
  });

  test('is given back where the order cannot be sent (ATTVOL-08)', async () => {
    const at = await Attaching.boot(
      withVolumes({
        adapt: (services) => ({
          ...services,
          compute: {
            ...services.compute,
            cast: (message) =>
              message.method === 'attach_volume'
                ? Promise.reject(new RangeError('the bus is down'))
                : services.compute.cast(message),
          },
        }),
      }),
    );

    const answer = await at.call();

    expect(answer).toBe('RemoteError');
    await expectNothing(at);
  });

  test('is attached without an answer where nobody waits for one (ATTVOL-09)', async () => {
    const at = await Attaching.boot();

    await at.cast();

    expect(at.ordered).toEqual(['reserve_block_device_name', 'attach_volume']);
    expect(await at.attachments()).toEqual([at.devices[0]?.['attachment_id']]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  test('that the host refuses leaves the devices of the server alone', async () => {
    const at = await Attaching.boot(
      withVolumes({
        behaviour: ({ method }) => (method === 'reserve_block_device_name' ? { fail: 'too many' } : 'build'),
      }),
    );

    const answer = await at.call();

    expect(answer).toBe('RemoteError');
    await expectNothing(at);
  });

  test('is refused by name where no volume service is named', async () => {
    const at = await Attaching.boot({ ...withVolumes(), adapters: (same) => same });

    const answer = await at.call();

    expect(answer).toBe('InvalidVolume');
    expect(at.ordered).toEqual([]);
  });

  test('is kept by one attachment, however often the step is carried out', async () => {
    const at = await Attaching.boot(
      withVolumes({
        around: async (run, { step }) => {
          if (step === 'create-attachment') await run();
          return run();
        },
      }),
    );

    await at.call();

    expect(await at.attachments()).toEqual([at.devices[0]?.['attachment_id']]);
  });

  test('is kept by one attachment, though the answer that it was made is lost', async () => {
    let made = 0;
    const at = await Attaching.boot(
      withVolumes({}, (volumes) => ({
        ...volumes,
        createAttachment: async (...asked) => {
          const attachment = await volumes.createAttachment(...asked);
          if ((made += 1) === 1) throw new ServiceNotReached({ ...TROUBLE, maybeDone: true });
          return attachment;
        },
      })),
    );

    const answer = await at.call();

    expect(answer).toBe('/dev/vdb');
    expect(await at.attachments()).toEqual([at.devices[0]?.['attachment_id']]);
  });

  test.each([
    ['is not kept for it', { fail: 'reserved' }, 'InvalidInput'],
    ['gets no device in time', { delay: 3_000_000 }, 'MessagingTimeout'],
  ] as const)('a second time, which %s, leaves what the first has brought about', async (_how, second, error) => {
    let asked = 0;
    let kept = 0;
    const at = await Attaching.boot(
      withVolumes(
        {
          config: { hostCallSeconds: 300 },
          behaviour: ({ method }) =>
            method === 'reserve_block_device_name' && (asked += 1) > 1 && 'delay' in second ? second : 'build',
        },
        (volumes) => ({
          ...volumes,
          createAttachment: (...of) => ((kept += 1) > 1 ? refuse() : volumes.createAttachment(...of)),
        }),
      ),
    );
    await at.call();
    const [attachment] = await at.attachments();

    const answer = await at.call({}, 'req-again');

    expect(answer).toBe(error);
    expect(at.devices).toMatchObject([{ attachment_id: attachment }]);
    expect(await at.attachments()).toEqual([attachment]);
  });

  test('of several servers gets a device that says so', async () => {
    const at = await Attaching.boot();

    await at.call({ volume: { multiattach: true }, supports_multiattach: true });

    const order = at.world.orders().find(({ method }) => method === 'reserve_block_device_name');
    expect(order?.args['multiattach']).toBe(true);
  });

  test('is asked for again where the Task that asks its host ended before it began', async () => {
    let begun = 0;
    const at = await Attaching.boot(
      withVolumes({
        config: { hostCallSeconds: 300 },
        around: async (run, { step }) => (step === 'reserve-device' && (begun += 1) === 1 ? {} : run()),
      }),
    );

    const answer = await at.call();

    expect(answer).toBe('/dev/vdb');
    expect(at.ordered).toEqual(['reserve_block_device_name', 'attach_volume']);
  });

  test('is attached although its caller cannot be answered', async () => {
    const at = await Attaching.boot(
      withVolumes({
        around: (run, { step }) => (step === 'reply' ? Promise.reject(new TypeError('x is not a function')) : run()),
      }),
    );

    await at.cast();

    expect(at.ordered).toEqual(['reserve_block_device_name', 'attach_volume']);
    expect((await at.world.executions('attach-volume')).map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  test.each(['undo-create-attachment', 'undo-reserve-device'])(
    'and %s fails for good: its caller hears of it, and nothing is left once it is redriven',
    async (broken) => {
      let mended = false;
      const at = await Attaching.boot(
        withVolumes({
          around: (run, { step }) =>
            step === 'order-attachment' || (!mended && (step === broken || step === 'undo-the-rest'))
              ? Promise.reject(new TypeError('x is not a function'))
              : run(),
        }),
      );

      const answer = await at.call();
      const [execution] = await at.world.executions('attach-volume');
      mended = true;
      await at.world.world.runner.redriveExecution({ executionArn: execution?.executionArn ?? '' });
      await at.world.end();

      expect(answer).toBe('RemoteError');
      expect(execution?.status).toBe('FAILED');
      await expectNothing(at);
    },
  );
});
