import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { computeNodeOfHost, ownerOf, revertAllocations, swapAllocations } from '#operations/allocation-swap';
import { releaseBesideHost, releaseSurplus } from '#operations/claims-elsewhere';
import { hasArrived, settleAllocations } from '#operations/ended-move';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import type { Allocations } from '#ports/placement';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';
import { cellTable, computeNodeKey, instanceKey, PLACEMENT, providerKey } from '#records/keys';
import { allocationsText } from '#wire/allocation-request';
import { provider, uuidOf } from '../fixtures/provider.ts';
import { CONTEXT, recordsOn } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const CELL = { name: 'cell1', uuid: 'c-1' };
const TABLE = cellTable('cell1');
const [NODE1, NODE2] = [uuidOf(1), uuidOf(2)];
const DEVICES = [uuidOf(3), uuidOf(4)] as const;
const HELD = { VCPU: 1 };
const SERVER = {
  ...instanceKey('u1'),
  uuid: 'u1',
  host: 'host1',
  node: 'node1',
  project_id: 'p',
  user_id: 'u',
  instance_type_id: 1,
  deleted: false,
};

/** Two hosts with a node each, a server on the first, and what it and its migration m1 hold. */
async function moving(held: Allocations, migrationHolds: Allocations = {}) {
  const { tables } = memoryTables();
  const placement = new EmbeddedPlacement(tables);
  for (const at of [3, 4]) await placement.saveProvider(provider(at));
  for (const [at, uuid] of [NODE1, NODE2].entries()) {
    const host = `host${at + 1}`;
    await placement.saveProvider(provider(at + 1));
    await tables.put(TABLE, {
      ...computeNodeKey(uuid),
      uuid,
      id: at + 1,
      host,
      hypervisor_hostname: `node${at + 1}`,
      deleted: false,
      by_host: host,
      by_host_sort: `compute-node#node${at + 1}#${uuid}`,
    });
  }
  await tables.put(TABLE, SERVER);
  const owner = ownerOf(instanceItem(SERVER));
  for (const [consumer, all] of [
    ['u1', held],
    ['m1', migrationHolds],
  ] as const)
    if (Object.keys(all).length > 0) await placement.claim(consumer, allocationsText(all, {}), owner);
  // host1 and host2 have devices, each below its node
  for (const [at, uuid] of [NODE1, NODE2].entries())
    await tables.update(PLACEMENT, providerKey(uuid), { set: { below: [DEVICES[at] ?? ''] } });
  const log = new MemoryLog();
  const holds = async () => [await placement.allocations('u1'), await placement.allocations('m1')];
  return { ...recordsOn(tables), tables, placement, log, holds };
}

const swap = { cell: CELL, context: CONTEXT, instance: instanceItem(SERVER), migration: 'm1' };
const refusing = (world: Awaited<ReturnType<typeof moving>>) => ({
  ...world,
  placement: watching(world.placement, { setAndClear: async () => false }),
});

describe('the compute node of a host', () => {
  it.each([
    [undefined, NODE1],
    ['node1', NODE1],
  ])('by the name %s is its own', async (name, uuid) => {
    const world = await moving({});

    expect(await computeNodeOfHost(world, { cell: CELL, context: CONTEXT }, 'host1', name)).toMatchObject({ uuid });
  });

  it.each([
    ['host1', 'node2'],
    ['host9', undefined],
  ])('of %s by the name %s is none', async (host, name) => {
    const world = await moving({});

    const error = await rejected(computeNodeOfHost(world, { cell: CELL, context: CONTEXT }, host, name));

    expect(error).toMatchObject({ name: 'ComputeHostNotFound', params: { host } });
  });

  it('of several is the one of the lowest id where none is named', async () => {
    const world = await moving({});
    await world.tables.update(TABLE, computeNodeKey(NODE2), { set: { id: 0, host: 'host1', by_host: 'host1' } });

    expect(await computeNodeOfHost(world, { cell: CELL, context: CONTEXT }, 'host1')).toMatchObject({ uuid: NODE2 });
  });
});

describe('what a server holds on its source', () => {
  it('is handed to its migration, and once more changes nothing', async () => {
    const world = await moving({ [NODE1]: HELD });

    const first = await swapAllocations(world, swap);
    await world.placement.claim('u1', allocationsText({ [NODE2]: { VCPU: 4 } }, {}), ownerOf(swap.instance));
    const again = await swapAllocations(world, swap);

    expect([first, again]).toMatchObject(Array.from([1, 2], () => ({ source: { uuid: NODE1 }, swapped: true })));
    expect(await world.holds()).toEqual([{ [NODE2]: { VCPU: 4 } }, { [NODE1]: HELD }]);
  });

  it('is not handed over where it holds nothing there', async () => {
    const world = await moving({ [NODE2]: HELD });

    expect(await swapAllocations(world, swap)).toMatchObject({ source: { uuid: NODE1 }, swapped: false });
    expect(await world.holds()).toEqual([{ [NODE2]: HELD }, {}]);
    expect(world.log.lines).toMatchObject([{ level: 'debug', fields: { instance: 'u1', node: NODE1 } }]);
  });

  it('stays with it where placement refuses, and the move finds no host', async () => {
    const world = await moving({ [NODE1]: HELD });

    const error = await rejected(swapAllocations(refusing(world), swap));

    expect(error).toMatchObject({ name: 'NoValidHost', message: expect.stringMatching(/claim on source/u) });
    expect(await world.holds()).toEqual([{ [NODE1]: HELD }, {}]);
    expect(world.log.lines).toMatchObject([
      { level: 'error', fields: { instance: 'u1', node: NODE1, migration: 'm1' } },
    ]);
  });

  it('is given back by its migration, and a claim elsewhere goes', async () => {
    const world = await moving({ [NODE2]: HELD }, { [NODE1]: HELD });

    const reverted = [await revertAllocations(world, swap), await revertAllocations(world, swap)];

    expect(reverted).toEqual([true, true]);
    expect(await world.holds()).toEqual([{ [NODE1]: HELD }, {}]);
  });

  it('is reported as not given back where placement refuses', async () => {
    const world = await moving({}, { [NODE1]: HELD });

    expect(await revertAllocations(refusing(world), swap)).toBe(false);
    expect(world.log.lines).toMatchObject([{ level: 'error', fields: { instance: 'u1', migration: 'm1' } }]);
  });

  it('is held in the name of nobody where the record names none', () => {
    expect(ownerOf(instanceItem({}))).toEqual({ projectId: '', userId: '' });
    expect(ownerOf(swap.instance)).toEqual({ projectId: 'p', userId: 'u' });
  });
});

describe('what a server holds beside its host', () => {
  it('is given back', async () => {
    const world = await moving({ [NODE1]: HELD, [NODE2]: HELD });

    await releaseBesideHost(world, 'cell1', 'u1', 'host1');

    expect(await world.placement.allocations('u1')).toEqual({ [NODE1]: HELD });
  });

  it('is given back with the devices there, and what it holds below its own node stays', async () => {
    const [own, other] = DEVICES;
    const world = await moving({ [NODE1]: HELD, [own]: HELD, [NODE2]: HELD, [other]: HELD });

    await releaseBesideHost(world, 'cell1', 'u1', 'host1');

    expect(await world.placement.allocations('u1')).toEqual({ [NODE1]: HELD, [own]: HELD });
  });

  it('is no device below its own node', async () => {
    const world = await moving({ [NODE1]: HELD, [DEVICES[0]]: HELD });

    expect(await releaseSurplus(world, 'cell1', 'u1', 'host1')).toBe(false);
    expect(await world.placement.allocations('u1')).toEqual({ [NODE1]: HELD, [DEVICES[0]]: HELD });
  });

  it('is nothing on another node of its host', async () => {
    const world = await moving({ [NODE1]: HELD, [NODE2]: HELD });
    await world.tables.update(TABLE, computeNodeKey(NODE2), { set: { by_host: 'host1' } });

    await releaseBesideHost(world, 'cell1', 'u1', 'host1');

    expect(await world.placement.allocations('u1')).toEqual({ [NODE1]: HELD, [NODE2]: HELD });
  });

  it('goes with the devices of a host that is taken out of a claim', async () => {
    const [own, other] = DEVICES;
    const world = await moving({ [NODE1]: HELD, [own]: HELD, [NODE2]: HELD, [other]: HELD });

    expect(await world.placement.removeProvider('u1', NODE2, HELD)).toBe(true);

    expect(await world.placement.allocations('u1')).toEqual({ [NODE1]: HELD, [own]: HELD });
  });

  it.each([
    ['where it holds something on its host', { [NODE1]: HELD, [NODE2]: HELD }, true, { [NODE1]: HELD }],
    ['not where it holds nothing on its host', { [NODE2]: HELD }, false, { [NODE2]: HELD }],
    ['not where it holds nothing else', { [NODE1]: HELD }, false, { [NODE1]: HELD }],
  ])('is a surplus and given back %s', async (_title, held, given, left) => {
    const world = await moving(held);

    expect(await releaseSurplus(world, 'cell1', 'u1', 'host1')).toBe(given);
    expect(await world.placement.allocations('u1')).toEqual(left);
  });
});

const migration = (fields: object) => ({
  pk: 'm',
  sk: 'm',
  uuid: 'm1',
  instance_uuid: 'u1',
  migration_type: 'migration',
  source_compute: 'host1',
  dest_compute: 'host2',
  old_instance_type_id: 1,
  new_instance_type_id: 1,
  ...fields,
});

describe('the allocations of a move that has ended', () => {
  const before = [{ [NODE2]: HELD }, { [NODE1]: HELD }];
  const atDestination = { host: 'host2' };

  it.each([
    ['stay while it goes on', { status: 'running' }, {}, before],
    ['of a kind that is none stay', { status: 'done', migration_type: 'evacuation' }, {}, before],
    ['are released on the source once it has arrived', { status: 'confirmed' }, {}, [{ [NODE2]: HELD }, {}]],
    ['are given back after a revert', { status: 'reverted' }, {}, [{ [NODE1]: HELD }, {}]],
    ['are given back after a failure on the source', { status: 'error' }, {}, [{ [NODE1]: HELD }, {}]],
    ['are released after a failure on the destination', { status: 'error' }, atDestination, [{ [NODE2]: HELD }, {}]],
    ['are released with a server that is deleted', { status: 'error' }, { deleted: true }, [{ [NODE2]: HELD }, {}]],
  ])('%s', async (_title, fields, server, after) => {
    const world = await moving({ [NODE2]: HELD }, { [NODE1]: HELD });
    await world.tables.put(TABLE, { ...SERVER, ...server });

    await settleAllocations(world, 'cell1', migration(fields));

    expect(await world.holds()).toEqual(after);
  });

  it.each([
    ['released with a server whose record is gone', 'error', {}],
    ['left to the migration of a server whose record is gone', 'reverted', { [NODE1]: HELD }],
  ])('are %s', async (_title, status, left) => {
    const world = await moving({}, { [NODE1]: HELD });
    await world.tables.delete(TABLE, instanceKey('u1'));

    await settleAllocations(world, 'cell1', migration({ status }));

    expect(await world.placement.allocations('m1')).toEqual(left);
  });

  it.each([
    ['on its destination', { host: 'host2' }, {}, true],
    ['on its source', { host: 'host1' }, {}, false],
    ['on the host of both with the flavor after', { host: 'host2', instance_type_id: 2 }, resizedInPlace(), true],
    ['on the host of both with the flavor before', { host: 'host2' }, resizedInPlace(), false],
  ])('belong to a server that is %s: it has arrived is %s', (_title, server, fields, arrived) => {
    const item = migrationItem(migration({ status: 'running', ...fields }));

    expect(hasArrived(item, instanceItem({ ...SERVER, ...server }))).toBe(arrived);
  });
});

function resizedInPlace() {
  return { source_compute: 'host2', new_instance_type_id: 2 };
}
