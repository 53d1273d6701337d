import { transitionPartition } from '#records/instance-index';
import { describe, expect, it } from 'vitest';
import type { JsonMap } from '#ports/json';
import { instanceKey } from '#records/keys';
import { getInstance, loadInstanceFields, refreshFromStore } from '#records/methods/instance-load';
import { destroyInstance } from '#records/instance-destroy';
import { operationNames } from '#records/operation';
import { saveInstance } from '#records/methods/instance-save';
import { another, CELL, emptyRecords, rowOf, storedAndLoaded } from '../../fixtures/stored-instance.ts';
import { rejected } from '../../fixtures/rejected.ts';
import { callClass, CONTEXT, newInstance, storedInstance, UUID } from '../../fixtures/records.ts';
import { instance } from '#records/methods/instance';

describe('Instance.create', () => {
  it('INST-01 an instance is created once', async () => {
    const { records } = emptyRecords();
    const made = await storedInstance(records);

    const error = await rejected(instance.instance?.['create']?.call(records, made, {}) ?? Promise.resolve());

    expect(error).toMatchObject({
      name: 'ObjectActionError',
      params: { action: 'create', reason: 'already created' },
    });
  });

  it('INST-02 a deleted instance is not created', async () => {
    const { records, tables } = emptyRecords();

    const error = await rejected(storedInstance(records, { deleted: true }));

    expect(error).toMatchObject({ params: { action: 'create', reason: 'already deleted' } });
    expect(await tables.get(CELL, instanceKey(UUID))).toBeUndefined();
  });
});

describe('Instance.save', () => {
  it('INST-03 a save whose expected state holds is stored and leaves nothing dirty', async () => {
    const { records, object } = await storedAndLoaded({ task_state: 'unshelving' });
    object.set('task_state', 'powering-on');

    await saveInstance(records, object, { expected_task_state: 'unshelving' });

    expect(await rowOf(records)).toMatchObject({ task_state: 'powering-on', lookup: transitionPartition(UUID) });
    expect(object.changes.size).toBe(0);
  });

  it('costs one request', async () => {
    const { records, requests, object } = await storedAndLoaded({ task_state: 'unshelving' });
    object.set('task_state', null);

    await saveInstance(records, object, { expected_task_state: 'unshelving' });

    expect(requests).toEqual(['UpdateItem']);
  });

  it('INST-04 another task_state refuses the save', async () => {
    const { records, object } = await storedAndLoaded({ task_state: 'rebooting' });
    object.set('task_state', 'powering-on');

    const error = await rejected(saveInstance(records, object, { expected_task_state: 'unshelving' }));

    expect(error).toMatchObject({
      name: 'UnexpectedTaskStateError',
      params: { expected: { task_state: ['unshelving'] }, actual: { task_state: 'rebooting' } },
    });
    expect(await rowOf(records)).toMatchObject({ task_state: 'rebooting' });
  });

  it('INST-05 a server that is being deleted refuses the save by its own name', async () => {
    const { records, object } = await storedAndLoaded({ task_state: 'deleting' });
    object.set('task_state', 'powering-on');

    const error = await rejected(saveInstance(records, object, { expected_task_state: 'unshelving' }));

    expect(error).toMatchObject({ name: 'UnexpectedDeletingTaskStateError' });
    expect(await rowOf(records)).toMatchObject({ task_state: 'deleting' });
  });

  it('INST-06 another vm_state alone is a conflict', async () => {
    const { records, object } = await storedAndLoaded({ vm_state: 'active', task_state: 'rebooting' });
    object.set('power_state', 1);

    const error = await rejected(
      saveInstance(records, object, { expected_vm_state: 'stopped', expected_task_state: 'rebooting' }),
    );

    expect(error).toMatchObject({ name: 'InstanceUpdateConflict' });
    expect(await rowOf(records)).toMatchObject({ power_state: null });
  });

  it('INST-07 null in a list of expected states stands for no task', async () => {
    const { records, object } = await storedAndLoaded({ task_state: null });
    object.set('task_state', 'rebooting');

    await saveInstance(records, object, { expected_task_state: [null, 'rebooting'] });

    expect(await rowOf(records)).toMatchObject({ task_state: 'rebooting' });
  });

  it('INST-08 a row that is gone is not found', async () => {
    const { records, object } = await storedAndLoaded({});
    await destroyInstance(records, await another(records));
    object.set('vm_state', 'error');

    const error = await rejected(saveInstance(records, object, {}));

    expect(error).toMatchObject({ name: 'InstanceNotFound' });
  });

  it('INST-09 an info cache that is gone is refused as InstanceInfoCacheNotFound', async () => {
    const { records, object } = await storedAndLoaded({});
    await records.tables.update(CELL, instanceKey(UUID), { remove: ['network_info'] });
    object.get('info_cache')?.set('network_info', '[{"id": "vif"}]');

    const error = await rejected(saveInstance(records, object, {}));

    expect(error).toMatchObject({ name: 'InstanceInfoCacheNotFound' });
  });

  it('INST-16 metadata changed in place is stored', async () => {
    const { records, object } = await storedAndLoaded({});
    object.get('system_metadata')['x'] = 'y';

    const dirty = object.changes.has('system_metadata');
    await saveInstance(records, object, {});

    expect(dirty).toBe(true);
    expect(await rowOf(records)).toMatchObject({ system_metadata: { x: 'y' } });
  });

  it('a second delivery gets the same answer and changes nothing', async () => {
    const { records, object } = await storedAndLoaded({ task_state: 'spawning' }, { writer: 'm-1' });
    const message = { ...records, writer: 'm-2' };
    const again = await another(records);
    for (const each of [object, again]) each.set('task_state', null);
    await saveInstance(message, object, { expected_task_state: 'spawning' });

    await saveInstance(message, again, { expected_task_state: 'spawning' });

    expect(again.get('task_state')).toBeNull();
  });

  it('a host that is not at work on the server is refused by name', async () => {
    const { records, object } = await storedAndLoaded({ task_state: null });
    await records.tables.update(CELL, instanceKey(UUID), { set: { 'op:hosts': '|host1|' } });
    object.set('task_state', 'rebooting');

    const error = await rejected(saveInstance({ ...records, hosts: ['host2'] }, object, {}));

    expect(error).toMatchObject({ name: 'Forbidden' });
    expect(String(error)).toContain('host2');
    expect(String(error)).toContain(UUID);
  });

  it.each([
    ['that goes on is stored', 'execution', undefined, 'resize_prep'],
    ['that has ended is refused: it was long on its way', null, { name: 'UnexpectedTaskStateError' }, null],
  ])('a save by which a host gives back a resize %s', async (_title, owner, refusal, task_state) => {
    const { records, object } = await storedAndLoaded({ task_state: null });
    const working = { 'op:hosts': '|host1|', [operationNames('cold-migrate').owner]: owner };
    await records.tables.update(CELL, instanceKey(UUID), { set: working });
    object.set('task_state', 'resize_prep');

    const error = await rejected(saveInstance({ ...records, hosts: ['host1'] }, object, {}));

    expect([error, await rowOf(records)]).toMatchObject([refusal, { task_state }]);
  });

  it('a server of another project is not found', async () => {
    const { records, object } = await storedAndLoaded({});
    object.set('task_state', 'rebooting');
    const unknownSender = { ...records, context: { ...CONTEXT, project_id: 'p-red' } };

    const error = await rejected(saveInstance(unknownSender, object, {}));

    expect(error).toMatchObject({ name: 'InstanceNotFound' });
  });
});

describe('an instance in memory', () => {
  it('INST-18 a deleted one has no tags', async () => {
    const { records, object } = await storedAndLoaded({});
    await destroyInstance(records, object);

    await loadInstanceFields(records, object, ['tags']);

    expect(object.get('tags').objects).toEqual([]);
  });

  it('a refresh reads what is set again, and loads nothing else', async () => {
    const { records, object } = await storedAndLoaded({ host: 'host1' });
    const writer = await another(records);
    writer.set('task_state', 'rebooting');
    await saveInstance(records, writer, {});
    object.unset('host');

    await refreshFromStore(records, object);

    expect(object.get('task_state')).toBe('rebooting');
    expect(object.isSet('host')).toBe(false);
  });

  it('a field that cannot be loaded later says so', async () => {
    const { records } = emptyRecords();
    const bare = newInstance();
    bare.unset('host');

    const error = await rejected(loadInstanceFields(records, bare, ['host']));

    expect(error).toMatchObject({ name: 'ObjectActionError' });
    expect(String(error)).toContain('not lazy-loadable');
  });
});

describe('InstanceList', () => {
  it('INST-19 counts skip soft-deleted servers', async () => {
    const { records } = emptyRecords();
    const states: JsonMap[] = [
      { vm_state: 'active', task_state: 'resize_prep' },
      { vm_state: 'soft-delete', task_state: 'restoring' },
      { vm_state: 'error' },
    ];
    for (const [at, state] of states.entries()) {
      await storedInstance(records, { ...state, uuid: `${UUID.slice(0, -1)}${at}` });
    }
    await destroyInstance(records, await getInstance(records, `${UUID.slice(0, -1)}2`));

    const counts = await callClass(records, 'InstanceList', 'get_counts', 'p-blue');

    expect(counts).toEqual({ project: { instances: 1, cores: 2, ram: 512 } });
  });

  it('the servers of a host with three attributes cost one request', async () => {
    const { records, requests } = emptyRecords();
    await storedInstance(records, { host: 'host1' });
    requests.length = 0;

    const list = await callClass(records, 'InstanceList', 'get_by_host', 'host1', [
      'info_cache',
      'metadata',
      'numa_topology',
    ]);

    expect(requests).toEqual(['Query']);
    expect(list).toHaveProperty(['nova_object.data', 'objects', 0, 'nova_object.data', 'uuid'], UUID);
  });
});
