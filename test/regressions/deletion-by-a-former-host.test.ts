import { expect, test } from 'vitest';
import { involved } from '#records/operation';
import { setFields } from '#wire/wire';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';

test('a host that comes back is heard when it deletes a server that is being evacuated from it', async () => {
  const hosts = ['host1', 'host2'].map((host) => ({ host, cell: 'cell1' }));
  const world = await BuildWorld.boot({ hosts });
  const server = await ExistingServer.build(world);
  const host = server.item['host'] === 'host1' ? 'host1' : 'host2';
  const other = host === 'host1' ? 'host2' : 'host1';
  await server.change(involved(other));
  const context = await server.begin('delete');
  const deleting = setFields(server.instance, { task_state: 'deleting' });
  await world.clock.runUntil(world.client.objectAction(context, deleting, 'save', {}, { cell: 'cell1' }), 60_000);

  await server.giveOrder('terminate_instance', context, { bdms: null }, host);

  expect(server.item).toMatchObject({ deleted: true, vm_state: 'deleted' });
  expect(world.world.fleet.host(host).troubles).toEqual([]);
});
