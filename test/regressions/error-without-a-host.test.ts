import { expect, test } from 'vitest';
import { setFields } from '#wire/wire';
import { instanceOf } from '#records/instance-item';
import { built } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';

test('a server that its host gives up after it was active holds no claim any more', async () => {
  const { world, command, uuid } = await built();
  const fault = {
    'nova_object.name': 'InstanceFault',
    'nova_object.namespace': 'nova',
    'nova_object.version': '1.2',
    'nova_object.data': { instance_uuid: uuid, code: 500, message: 'gone', details: '', host: 'host1' },
    'nova_object.changes': ['instance_uuid', 'code', 'message', 'details', 'host'],
  };
  const error = { host: null, node: null, launched_on: null, task_state: null, vm_state: 'error' };
  const instance = setFields(instanceOf(world.server(uuid).item, []).toPrimitive(), error);
  const at = { cell: 'cell1' };

  await world.world.fleet.host('host1').stop();
  const giving = [
    world.client.objectAction(command.context, fault, 'create', {}, at),
    world.client.objectAction(command.context, instance, 'save', {}, at),
  ];
  await world.end();
  await Promise.all(giving);

  expect(world.claims(uuid)).toEqual([]);
  expect(await leftOver(world)).toEqual([]);
});
