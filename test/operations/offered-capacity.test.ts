import { describe, expect, it } from 'vitest';
import { offerCapacity } from '#operations/offered-capacity';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { offered, serviceItem } from '#records/items/service';
import { HOST_SORT } from '#records/instance-index';
import { cellTable, computeNodeKey, instanceKey, serviceKey } from '#records/keys';
import type { Attributes, Tables } from '#ports/tables';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const TABLE = cellTable('cell1');
const KEY = serviceKey('host1', 'nova-compute');

/** A compute service with two nodes and a server, beside a node of another host. */
async function host(service: Attributes) {
  const { tables } = memoryTables();
  const item = { ...KEY, host: 'host1', binary: 'nova-compute', disabled: false, ...service };
  await tables.put(TABLE, item);
  for (const [uuid, on] of [
    ['n1', 'host1'],
    ['n2', 'host1'],
    ['n3', 'host2'],
  ] as const)
    await tables.put(TABLE, { ...computeNodeKey(uuid), uuid, by_host: on, by_host_sort: `compute-node#${uuid}` });
  await tables.put(TABLE, { ...instanceKey('u1'), uuid: 'u1', by_host: 'host1', by_host_sort: HOST_SORT });
  const offers: string[] = [];
  const placement = watching(new EmbeddedPlacement(tables), {
    offer: async (uuid, isOffered) => void offers.push(`${uuid} ${isOffered}`),
  });
  const noted = async () => serviceItem((await tables.get(TABLE, KEY)) ?? {}).offered;
  return { tables, placement, item, offers, noted };
}

describe('placement', () => {
  it.each([
    ['leaves out the nodes of a service that was disabled', { disabled: true }, ['n1 false', 'n2 false'], false],
    ['finds them again once it is not', offered(false), ['n1 true', 'n2 true'], true],
    ['keeps nodes as they are at a heartbeat', {}, [], true],
    ['keeps nodes as they are for an already disabled service', { disabled: true, ...offered(false) }, [], false],
    [
      'keeps nodes as they are for a service that is no compute',
      { disabled: true, binary: 'nova-scheduler' },
      [],
      true,
    ],
    ['keeps nodes as they are for a service without a host', { disabled: true, host: null }, [], true],
  ])('%s', async (_title, service, offers, noted) => {
    const world = await host(service);

    await offerCapacity(world, 'cell1', world.item);

    expect(world.offers).toEqual(offers);
    expect(await world.noted()).toBe(noted);
  });

  it.each([
    ['that was changed meanwhile', (tables: Tables) => tables.update(TABLE, KEY, { set: { disabled: false } })],
    ['that is gone meanwhile', (tables: Tables) => tables.delete(TABLE, KEY)],
  ])('notes nothing on a service %s', async (_title, meanwhile) => {
    const world = await host({ disabled: true });
    await meanwhile(world.tables);

    await offerCapacity(world, 'cell1', world.item);

    expect(await world.noted()).toBe(true);
  });

  it('is asked again where the table was away afterwards', async () => {
    const { item, placement, tables } = await host({ disabled: true });
    const away = watching<Tables>(tables, { update: () => Promise.reject(new Error('away')) });

    expect(await rejected(offerCapacity({ placement, tables: away }, 'cell1', item))).toEqual(new Error('away'));
  });
});
