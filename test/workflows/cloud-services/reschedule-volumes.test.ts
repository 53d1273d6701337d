import { describe, expect, test } from 'vitest';
import type { MemoryVolumes } from '#adapters/memory/volumes';
import { InvalidInput } from '#errors';
import type { Volumes } from '#ports/volumes';
import { fieldsOf, objectsOf } from '#wire/reading';
import { bootingFrom, VOLUME, withVolumes } from '../../fixtures/attached-volume.ts';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { ALTERNATES } from '../../fixtures/built.ts';
import { userContext } from '../../fixtures/openstack.ts';
import { leftOver } from '../../fixtures/ledger.ts';

/** A server that boots from a volume, and that its first host gives back. */
async function givenBack(
  before: (volumes: MemoryVolumes, uuid: string) => Promise<string>,
  change: (volumes: MemoryVolumes) => Volumes = (volumes) => volumes,
) {
  const options = withVolumes({}, change);
  const world = await BuildWorld.boot({
    ...options,
    scheduler: () => ALTERNATES,
    behaviour: (_order, attempt) => (attempt === 1 ? { fail: 'disk full' } : 'build'),
  });
  const command = world.request();
  const [uuid = ''] = command.uuids;
  const attachment_id = await before(options.volumes, uuid);
  const volume = { source_type: 'volume', destination_type: 'volume', volume_id: VOLUME, attachment_id };
  await world.build(bootingFrom(command, volume));
  const attachments = await options.volumes.attachments(world.request().context, uuid, VOLUME);
  const ordered = world.orders(uuid).map(({ args }) => {
    const [device] = objectsOf(args['block_device_mapping']);
    return fieldsOf(device)['attachment_id'];
  });
  const [device] = world.beside(uuid, 'block-device#');
  return {
    world,
    uuid,
    attachment_id,
    ordered,
    held: attachments.map(({ id }) => id),
    stored: device?.['attachment_id'],
  };
}

const refused = () => Promise.reject(new InvalidInput({ reason: 'the volume is in error' }));

/** The API has kept the volume for the server. */
const kept = async (volumes: MemoryVolumes, uuid: string): Promise<string> =>
  (await volumes.createAttachment(userContext(), VOLUME, uuid)).id;

/** The first host has deleted the attachment when it gave the server back. */
const deleted = async (volumes: MemoryVolumes, uuid: string): Promise<string> => {
  const id = await kept(volumes, uuid);
  await volumes.deleteAttachment(userContext(), id);
  return id;
};

describe('the volume of a server that its host gives back', () => {
  test('is kept for it anew before the next host is ordered (VOLATT-01)', async () => {
    const { ordered, held, stored, attachment_id } = await givenBack(deleted);

    expect(held).toHaveLength(1);
    expect(held).not.toContain(attachment_id);
    expect(ordered).toEqual([attachment_id, held[0]]);
    expect(stored).toBe(held[0]);
  });

  test('stays as it is where the host left its attachment (VOLATT-02)', async () => {
    const { ordered, held, attachment_id } = await givenBack(kept);

    expect(held).toEqual([attachment_id]);
    expect(ordered).toEqual([attachment_id, attachment_id]);
  });

  test('is asked for at no first try, nor for a device that is no volume (VOLATT-03, VOLATT-04)', async () => {
    const asked: string[] = [];
    const options = withVolumes({}, (volumes) => ({
      ...volumes,
      renewAttachment: async (context, held, named) => {
        asked.push(held.id);
        return volumes.renewAttachment(context, held, named);
      },
    }));
    const world = await BuildWorld.boot({
      ...options,
      scheduler: () => ALTERNATES,
      behaviour: (_order, attempt) => (attempt === 1 ? { fail: 'disk full' } : 'build'),
    });

    await world.build();

    expect(world.orders().length).toBe(2);
    expect(asked).toEqual([]);
  });

  test('that cannot be kept for it ends its build in error, and its claim is released (VOLATT-05)', async () => {
    const { world, uuid, ordered } = await givenBack(deleted, (volumes) => ({ ...volumes, renewAttachment: refused }));

    expect(ordered).toHaveLength(1);
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', task_state: null, host: null });
    expect(world.beside(uuid, 'fault#').map(({ message }) => message)).toContain(
      'Invalid input received: the volume is in error',
    );
    expect(world.claims(uuid)).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('is kept by one attachment though the step runs twice (VOLATT-06)', async () => {
    let lost = true;
    const { ordered, held, stored } = await givenBack(deleted, (volumes) => ({
      ...volumes,
      renewAttachment: async (...asked) => {
        const made = await volumes.renewAttachment(...asked);
        if (!lost) return made;
        lost = false;
        throw Object.assign(new Error('the answer was lost'), { name: 'ServiceNotReached' });
      },
    }));

    expect(held).toHaveLength(1);
    expect(stored).toBe(held[0]);
    expect(ordered.at(-1)).toBe(held[0]);
  });
});
