import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '#objects/compute/service';
import { startAction } from '#records/methods/instance-action';
import { finishEvent, startEvent } from '#records/methods/instance-action-event';
import { destroyInstance } from '#records/instance-destroy';
import { getInstance } from '#records/methods/instance-load';
import { saveInstance } from '#records/methods/instance-save';
import { emulatedTables, type TestTables } from '../fixtures/tables.ts';
import { rejected } from '../fixtures/rejected.ts';
import { callClass, callMethod, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';

describe('records in DynamoDB', () => {
  let store: TestTables | undefined;
  const records = () => {
    if (store === undefined) throw new Error('the emulator has not started');
    return recordsOn(store.tables);
  };

  beforeAll(async () => {
    store = await emulatedTables();
  });

  afterAll(() => store?.stop());

  it('a server lives from its creation to its deletion as in memory', async () => {
    await storedInstance(records(), { task_state: 'spawning', host: 'host1' });
    const object = await getInstance(records(), UUID, ['system_metadata', 'info_cache', 'numa_topology']);
    const stale = await getInstance(records(), UUID);
    object.set('task_state', null);
    object.get('system_metadata')['boot_roles'] = 'member';
    await saveInstance(records(), object, { expected_task_state: 'spawning' });

    const refused = await rejected(
      saveInstance(records(), stale.set('power_state', 1), { expected_task_state: ['spawning'] }),
    );
    const listed = await callClass(records(), 'InstanceList', 'get_uuids_by_host', 'host1');
    await destroyInstance(records(), object);

    expect(refused).toMatchObject({ name: 'UnexpectedTaskStateError', params: { actual: { task_state: null } } });
    expect(listed).toEqual([UUID]);
    expect(await rejected(getInstance(records(), UUID))).toMatchObject({ name: 'InstanceNotFound' });
  });

  it('a save that says nothing new changes nothing and costs one request', async () => {
    const bare = { host: 'host1', binary: 'nova-compute', topic: 'compute', report_count: 0 };
    await callMethod(records(), Service.make({ ...bare, version: 64 }), 'create');
    const service = Service.load({ id: 1, ...bare }).set('disabled', false);
    store?.requests.splice(0);

    const answer = await callMethod(records(), service, 'save');

    expect(store?.requests).toEqual(['UpdateItem']);
    expect(answer).toMatchObject([{ updated_at: null }, null]);
  });

  it('an event begins and ends with its action', async () => {
    const uuid = `${UUID.slice(0, -1)}f`;
    await startAction(records(), uuid, 'create');
    await startEvent(records(), { uuid, event: 'e', host: 'host1' });

    const ended = await finishEvent(records(), { uuid, event: 'e', details: 'boom', traceback: 'lines' });

    expect(ended).toMatchObject({ result: 'Error', details: 'boom' });
  });
});
