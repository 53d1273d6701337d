import { expect, test } from 'vitest';
import { cellTable, instanceKey } from '#records/keys';
import { built } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';

type Built = Awaited<ReturnType<typeof built>>;

/** A compute's wish for another host, sent again when its build is long settled. */
async function askAgain({ world, command, uuid }: Built): Promise<void> {
  const [order] = world.orders(uuid);
  const { instance, filter_properties, request_spec } = order?.args ?? {};
  const { image, admin_password, injected_files, requested_networks } = command.args;
  await world.client.cast(
    'build_instances',
    '1.19',
    {
      instances: [instance ?? null],
      image,
      filter_properties: filter_properties ?? {},
      admin_password,
      injected_files,
      requested_networks,
      security_groups: [],
      request_spec: request_spec ?? null,
      host_lists: [[]],
    },
    { ...command.context, request_id: 'req-again' },
  );
  await world.end();
}

test('a reschedule that comes after the server is active changes nothing', async () => {
  const at = await built();

  await askAgain(at);

  expect(at.world.server(at.uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
  expect(await leftOver(at.world)).toEqual([]);
});

test('a reschedule that comes after the server is in error leaves its mapping and its quota alone', async () => {
  const at = await built({ behaviour: () => ({ abort: 'the image is broken' }) });

  await askAgain(at);

  expect(at.world.server(at.uuid).item).toMatchObject({ vm_state: 'error' });
  expect(at.world.apiItem('mappings', at.uuid, 'mapping')).toMatchObject({ cell: 'cell1' });
  expect(await at.world.services.tables.get(cellTable('cell1'), instanceKey(at.uuid))).toBeDefined();
  expect(await leftOver(at.world)).toEqual([]);
});
