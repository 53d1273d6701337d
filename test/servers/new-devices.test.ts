import { describe, expect, test } from 'vitest';
import { seededIds } from '#adapters/memory/ids';
import { MemoryTables } from '#adapters/memory/tables';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { newObject } from '#wire/wire';
import { BlockCounter } from '#records/block-counter';
import { newDevices } from '#servers/new-devices';
import { newInstanceParts } from '#servers/new-instance-parts';
import { tagsOf } from '#records/methods/tag';
import { recordsOn } from '../fixtures/records.ts';

const FLAVOR = { swap: 512, ephemeral_gb: 10 };
const blank = { source_type: 'blank', destination_type: 'local', volume_size: null };

const services = () => ({
  tables: new MemoryTables(),
  counter: new BlockCounter(),
  clock: new VirtualClock(),
  ids: seededIds(1),
});

describe('what is made with a server', () => {
  test('BDM-06 two servers of one template get two records for each device, and the template keeps none of it', async () => {
    const template = newObject('BlockDeviceMappingList', '1.18', {
      objects: [newObject('BlockDeviceMapping', '1.21', blank), newObject('BlockDeviceMapping', '1.21', blank)],
    });
    const before = structuredClone(template);
    const world = services();

    const made = [
      ...(await newDevices(world, 'cell-cell1', 'u1', FLAVOR, template)),
      ...(await newDevices(world, 'cell-cell1', 'u2', FLAVOR, template)),
    ];

    expect(made.map((action) => action.kind === 'put' && action.item['instance_uuid'])).toEqual([
      'u1',
      'u1',
      'u2',
      'u2',
    ]);
    expect(new Set(made.map((action) => (action.kind === 'put' ? action.item.sk : ''))).size).toBe(4);
    expect(template).toEqual(before);
  });

  test('the tags of a list are the tags of the server once they are written [BDM-08]', async () => {
    const world = services();
    const block_device_mapping = newObject('BlockDeviceMappingList', '1.18', { objects: [] });
    const names = ['t2', 't1'].map((tag) => newObject('Tag', '1.1', { tag }));
    const tags = newObject('TagList', '1.1', { objects: names });

    const made = await newInstanceParts(world, 'cell-cell1', 'u1', FLAVOR, { block_device_mapping, tags });
    await world.tables.transact(made);

    const read = await tagsOf(recordsOn(world.tables), 'u1');
    expect(read.get('objects').map((tag) => [tag.get('resource_id'), tag.get('tag')])).toEqual([
      ['u1', 't1'],
      ['u1', 't2'],
    ]);
  });

  test.each([
    ['an empty list of tags', newObject('TagList', '1.1', { objects: [] })],
    ['null for tags', null],
  ])('BDM-09 %s makes no item', async (_title, tags) => {
    const block_device_mapping = newObject('BlockDeviceMappingList', '1.18', { objects: [] });

    const made = await newInstanceParts(services(), 'cell-cell1', 'u1', FLAVOR, { block_device_mapping, tags });

    expect(made).toEqual([]);
  });
});
