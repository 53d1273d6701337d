import { describe, expect, it } from 'vitest';
import type { JsonMap } from '#ports/json';
import { actionKey, API, blockDeviceKey, instanceKey, quotaKey, tagsKey } from '#records/keys';
import { quotaHold } from '#records/instance-quota';
import { destroyInstance } from '#records/instance-destroy';
import { saveInstance } from '#records/methods/instance-save';
import { refreshFromStore } from '#records/methods/instance-load';
import { startAction } from '#records/methods/instance-action';
import { startEvent } from '#records/methods/instance-action-event';
import { recordFault } from '#records/methods/instance-fault';
import { putTags } from '#records/methods/tag';
import { eventsOf } from '#records/items/instance-action';
import { another, CELL, rowOf, storedAndLoaded } from '../fixtures/stored-instance.ts';
import { rejected } from '../fixtures/rejected.ts';
import { NOW, UUID } from '../fixtures/records.ts';

describe('Instance.destroy', () => {
  it('INST-10 deletes softly and leaves the object without an id', async () => {
    const { records, object } = await storedAndLoaded({});

    await destroyInstance(records, object);

    expect(await rowOf(records)).toMatchObject({ deleted: true, deleted_at: NOW });
    expect([object.isSet('id'), object.get('deleted')]).toEqual([false, true]);
  });

  it.each([
    ['that its host has cleaned up already is found by no host', true, undefined],
    ['that its host may still have files of is found by that', false, 'deleted#host1'],
  ])('a server %s', async (_title, cleaned, by_host) => {
    const { records } = await storedAndLoaded({});
    const set = { host: 'host1', by_host: 'host1', by_host_sort: 'instance#', cleaned };
    await records.tables.update(CELL, instanceKey(UUID), { set });

    await destroyInstance(records, await another(records));

    const row: JsonMap = await rowOf(records);
    expect(row['by_host']).toBe(by_host);
  });

  it('INST-11 a host that claimed the server meanwhile keeps it', async () => {
    const { records, object } = await storedAndLoaded({});
    const claimed = await another(records);
    claimed.set('host', 'host1');
    await saveInstance(records, claimed, {});

    const error = await rejected(destroyInstance(records, object));

    expect(error).toMatchObject({ name: 'ObjectActionError', params: { reason: 'host changed' } });
    expect(await rowOf(records)).toMatchObject({ deleted: false });
  });

  it('INST-12 after a refresh it is deleted', async () => {
    const { records, object } = await storedAndLoaded({});
    const claimed = await another(records);
    claimed.set('host', 'host1');
    await saveInstance(records, claimed, {});
    await rejected(destroyInstance(records, object));
    await refreshFromStore(records, object);

    await destroyInstance(records, object);

    expect(await rowOf(records)).toMatchObject({ deleted: true });
  });

  it('INST-13 the same object is destroyed once', async () => {
    const { records, object } = await storedAndLoaded({});
    await destroyInstance(records, object);

    const error = await rejected(destroyInstance(records, object));

    expect(error).toMatchObject({ params: { action: 'destroy', reason: 'already destroyed' } });
  });

  it('INST-14 a row already deleted is not found', async () => {
    const { records, object } = await storedAndLoaded({});
    await destroyInstance(records, await another(records));

    const error = await rejected(destroyInstance(records, object));

    expect(error).toMatchObject({ name: 'InstanceNotFound' });
  });

  it('keeps action and event, deletes tags for good and devices and faults softly [INST-15]', async () => {
    const { records, object } = await storedAndLoaded({});
    await records.tables.transact([putTags(CELL, UUID, ['blue'])]);
    const device = blockDeviceKey(UUID, 'device-7');
    await records.tables.put(CELL, { ...device, id: 7, instance_uuid: UUID, deleted: false });
    await startAction(records, UUID, 'delete');
    await startEvent(records, { uuid: UUID, event: 'compute_terminate', host: 'host1' });
    const fault = await recordFault(records, {
      instance_uuid: UUID,
      code: 500,
      message: 'boom',
      details: '',
      host: 'host1',
    });

    await destroyInstance(records, object);

    const [tags, action, kept, keptDevice] = await records.tables.batchGet([
      { table: CELL, key: tagsKey(UUID) },
      { table: CELL, key: actionKey(UUID, 'req-0001') },
      { table: CELL, key: { pk: fault.pk, sk: fault.sk } },
      { table: CELL, key: device },
    ]);
    expect(tags).toBeUndefined();
    expect(action).toMatchObject({ deleted: false });
    expect(action && eventsOf(action)).toMatchObject([{ event: 'compute_terminate', deleted: false }]);
    expect(kept).toMatchObject({ deleted: true, deleted_at: NOW });
    expect(keptDevice).toMatchObject({ deleted: true, deleted_at: NOW });
  });
});

describe('Instance.destroy by a message', () => {
  it('delivered twice is answered twice', async () => {
    const { records, object } = await storedAndLoaded({});
    const again = await another(records);
    await destroyInstance({ ...records, writer: 'm-9' }, object);

    await destroyInstance({ ...records, writer: 'm-9' }, again);

    expect([again.isSet('id'), again.get('deleted')]).toEqual([false, true]);
  });

  it('that deletes hard leaves nothing', async () => {
    const { records, object } = await storedAndLoaded({});
    await startAction(records, UUID, 'delete');

    await destroyInstance(records, object, { hard_delete: true });

    const { items } = await records.tables.query(CELL, { partition: instanceKey(UUID).pk });
    expect(items).toEqual([]);
  });

  it('that deletes hard gives back what the server counts', async () => {
    const { records, object } = await storedAndLoaded({});
    const set = quotaHold({ project: 'p', share: { instances: 1, cores: 2, ram: 512 } });
    await records.tables.update(CELL, instanceKey(UUID), { set });
    await records.tables.put(API, { ...quotaKey('p'), instances: 3, cores: 6, ram: 1536 });

    await destroyInstance(records, object, { hard_delete: true });

    expect(await records.tables.get(API, quotaKey('p'))).toMatchObject({ instances: 2, cores: 4, ram: 1024 });
  });
});
