import { describe, expect, it } from 'vitest';
import { BlockDeviceMapping } from '#objects/instance/block-device-mapping';
import { Migration } from '#objects/migration/migration';
import type { JsonMap } from '#ports/json';
import { destroyInstance } from '#records/instance-destroy';
import { latestFault, recordFault } from '#records/methods/instance-fault';
import { getInstance } from '#records/methods/instance-load';
import { blockDeviceKey, migrationKey } from '#records/keys';
import { createMigration, migrationInStatus, migrationOf, saveMigration } from '#records/methods/migration';
import { migrationsOfHost } from '#records/methods/migration-list';
import { devicesOf } from '#records/methods/block-device';
import { rejected } from '../fixtures/rejected.ts';
import { refusal } from '../fixtures/refusal.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { callClass, callMethod, NOW, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';

const CELL = 'cell-cell1';

const world = () => {
  const { tables, requests } = memoryTables();
  return { tables, requests, records: recordsOn(tables) };
};

const newMigration = (fields: Parameters<typeof Migration.make>[0] = {}) =>
  Migration.make({
    instance_uuid: UUID,
    status: 'accepted',
    migration_type: 'live-migration',
    source_compute: 'host1',
    ...fields,
  });

describe('Migration', () => {
  it('REC-11 wants a type', async () => {
    const { records } = world();
    const migration = newMigration();
    migration.unset('migration_type');

    const error = await refusal(callMethod(records, migration, 'create'));

    expect(error).toMatchObject({ name: 'ObjectActionError' });
  });

  it('REC-12 gets a uuid of its own', async () => {
    const { records } = world();
    const [first, second] = [newMigration(), newMigration()];

    await createMigration(records, first);
    await createMigration(records, second);

    expect(first.get('uuid')).not.toBe(second.get('uuid'));
  });

  it('REC-13 is found by status although it is deleted', async () => {
    const { records, tables } = world();
    const [done, accepted] = [newMigration({ status: 'done' }), newMigration()];
    await createMigration(records, done);
    await createMigration(records, accepted);
    await tables.update(CELL, migrationKey(UUID, accepted.get('uuid')), { set: { deleted: true } });

    const found = await migrationInStatus(records, UUID, 'accepted');

    expect(found?.get('uuid')).toBe(accepted.get('uuid'));
  });

  it.each([
    [1, 2, 'resize'],
    [1, 1, 'migration'],
  ])('REC-14 without a type, from flavor %i to %i, is a %s', (from, to, type) => {
    const stored: JsonMap = {
      id: 1,
      uuid: 'u-1',
      migration_type: null,
      old_instance_type_id: from,
      new_instance_type_id: to,
    };

    const migration = migrationOf({ pk: 'p', sk: 's', ...stored });

    expect(migration.get('migration_type')).toBe(type);
  });

  it('is saved in one request and found from both hosts until it is over', async () => {
    const { records, requests } = world();
    const migration = newMigration();
    await createMigration(records, migration);
    migration.set('dest_compute', 'host2').set('status', 'running');
    requests.length = 0;
    await saveMigration(records, migration);
    const cost = [...requests];
    const running = await migrationsOfHost(records, 'host2', { finished: false });
    migration.set('status', 'completed');

    await saveMigration(records, migration);

    expect(cost).toEqual(['UpdateItem']);
    expect(running).toHaveLength(1);
    expect(await migrationsOfHost(records, 'host2', { finished: false })).toEqual([]);
    expect(await migrationsOfHost(records, 'host1', { finished: true })).toHaveLength(1);
  });

  it('is found by id and by uuid', async () => {
    const { records } = world();
    const migration = newMigration();
    await createMigration(records, migration);

    const found = await callClass(records, 'Migration', 'get_by_id', 1);

    expect(await callClass(records, 'Migration', 'get_by_uuid', migration.get('uuid'))).toEqual(found);
  });

  it('a host that is neither source nor destination may not save it', async () => {
    const { records } = world();
    const migration = newMigration({ dest_compute: 'host2' });
    await createMigration(records, migration);
    migration.set('status', 'error');

    const error = await rejected(saveMigration({ ...records, hosts: ['host3'] }, migration));

    expect(error).toMatchObject({ name: 'Forbidden' });
  });
});

describe('TagList', () => {
  it('REC-15 create replaces the whole set', async () => {
    const { records } = world();
    await storedInstance(records);
    await callClass(records, 'TagList', 'create', UUID, ['a', 'b']);

    await callClass(records, 'TagList', 'create', UUID, ['b', 'c', 'c']);

    const tags = await callClass(records, 'TagList', 'get_by_resource_id', UUID);
    expect(JSON.stringify(tags)).toContain('"tag":"b"');
    expect(JSON.stringify(tags)).toContain('"tag":"c"');
    expect(JSON.stringify(tags)).not.toContain('"tag":"a"');
  });

  it.each(['create', 'destroy'])('REC-16 %s needs a live server', async (method) => {
    const { records } = world();
    await storedInstance(records);
    await destroyInstance(records, await getInstance(records, UUID));

    const error = await refusal(callClass(records, 'TagList', method, UUID, ...(method === 'create' ? [['a']] : [])));

    expect(error).toMatchObject({ name: 'InstanceNotFound' });
  });
});

const newDevice = (fields: Parameters<typeof BlockDeviceMapping.make>[0] = {}) =>
  BlockDeviceMapping.make({ instance_uuid: UUID, source_type: 'blank', destination_type: 'local', ...fields });

describe('BlockDeviceMapping', () => {
  it('is stamped by every save, also by one that changes nothing', async () => {
    const { records, tables } = world();
    await callMethod(records, newDevice({ uuid: 'd-1', connection_info: '{}' }), 'create');
    const device = BlockDeviceMapping.load({ id: 1, uuid: 'd-1', instance_uuid: UUID });
    device.set('connection_info', '{}');

    const answer = await callMethod(records, device, 'save');

    expect(answer).toMatchObject([{ updated_at: NOW }, null]);
    expect(await tables.get(CELL, blockDeviceKey(UUID, 'd-1'))).toMatchObject({ updated_at: NOW });
  });

  it('REC-17 update_or_create changes the device of that uuid', async () => {
    const { records } = world();
    await callMethod(records, newDevice({ uuid: 'd-1', volume_size: 1 }), 'create');

    await callMethod(records, newDevice({ uuid: 'd-1', volume_size: 2 }), 'update_or_create');

    const devices = await devicesOf(records, UUID);
    expect(devices.map((device) => device.get('volume_size'))).toEqual([2]);
  });

  it('REC-18 a device without uuid and name is made anew each time', async () => {
    const { records } = world();

    await callMethod(records, newDevice(), 'update_or_create');
    await callMethod(records, newDevice(), 'update_or_create');

    expect(await devicesOf(records, UUID)).toHaveLength(2);
  });

  it('REC-19 destroying a deleted device is no error', async () => {
    const { records } = world();
    await callMethod(records, newDevice({ uuid: 'd-1' }), 'create');
    const device = BlockDeviceMapping.load({ id: 1, uuid: 'd-1', instance_uuid: UUID });
    await callMethod(records, device, 'destroy');

    const answer = await callMethod(records, device, 'destroy');

    expect(answer).toEqual([{ obj_what_changed: [] }, null]);
  });

  it('REC-20 a device that was never stored cannot be destroyed', async () => {
    const { records } = world();

    const error = await refusal(callMethod(records, newDevice(), 'destroy'));

    expect(error).toMatchObject({
      params: { action: 'destroy', reason: 'already destroyed' },
    });
  });

  it('storing a swap device deletes the other one', async () => {
    const { records } = world();
    await callMethod(records, newDevice({ guest_format: 'swap' }), 'create');

    await callMethod(records, newDevice({ guest_format: 'swap', volume_size: 2 }), 'create');

    const devices = await devicesOf(records, UUID);
    expect(devices.map((device) => device.get('volume_size'))).toEqual([2]);
  });
});

describe('InstanceFault', () => {
  it('the newest is the latest, and a message records one', async () => {
    const { records } = world();
    const fault = { instance_uuid: UUID, code: 500, details: '', host: null };
    await recordFault({ ...records, writer: 'm-1' }, { ...fault, message: 'first' });
    await recordFault({ ...records, writer: 'm-2' }, { ...fault, message: 'second' });
    await recordFault({ ...records, writer: 'm-1' }, { ...fault, message: 'first' });

    const latest = await latestFault(records, UUID);

    expect([latest?.get('id'), latest?.get('message')]).toEqual([2, 'second']);
  });
});
