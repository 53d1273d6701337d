import { describe, expect, it } from 'vitest';
import { auditFacts, type AuditFacts } from '#cli/audit/audit-facts';
import type { Attributes } from '#ports/tables';
import { cellTable, computeNodeKey, migrationKey, serviceKey } from '#records/keys';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { operatorOf } from '../../fixtures/resized-across-cells.ts';

const HEARD = '2026-11-29T12:00:00Z';

/** What an audit reads of a deployment with one record more. */
async function factsWith(table: string, key: { pk: string; sk: string }, attributes: Attributes): Promise<AuditFacts> {
  const world = await BuildWorld.boot();
  await world.platform.tables.put(table, { ...attributes, ...key });
  return auditFacts(operatorOf(world));
}

describe('a service counts as heard', () => {
  const service = { host: 'host9', last_seen_up: HEARD, deleted: false };
  const heard = async (binary: string, changes: Attributes = {}) => {
    const key = serviceKey('host9', binary);
    const { services } = await factsWith(cellTable('cell1'), key, { ...service, binary, ...changes });
    return services.filter(({ host }) => host === 'host9');
  };

  it('with its cell and the time of its last heartbeat', async () => {
    expect(await heard('nova-compute')).toEqual([{ host: 'host9', cell: 'cell1', heardAt: Date.parse(HEARD) }]);
  });

  it.each([
    ['was deleted', 'nova-compute', { deleted: true }],
    ['has never said anything', 'nova-compute', { last_seen_up: null }],
    ['is no compute service', 'nova-conductor', {}],
  ])('not where it %s', async (_title, binary, changes) => {
    expect(await heard(binary, changes)).toEqual([]);
  });
});

describe('of migrations and compute nodes', () => {
  const CELL = cellTable('cell1');

  it.each([
    ['goes on', 'live-migration', 'running', ['moves']],
    ['is over', 'live-migration', 'completed', []],
    ['is in error, of which hosts give things back still', 'live-migration', 'error', ['moves']],
    ['is an evacuation that the new host has given up', 'evacuation', 'failed', ['moves']],
    ['is an evacuation by which a compute that starts destroys a guest', 'evacuation', 'done', ['evacuates']],
  ])('one that %s is read as such', async (_title, migration_type, status, expected) => {
    const migration = { uuid: 'm1', instance_uuid: 'u1', migration_type, status, deleted: false };

    const { migrations, evacuations } = await factsWith(CELL, migrationKey('u1', 'm1'), migration);

    expect([...migrations.map(() => 'moves'), ...evacuations.map(() => 'evacuates')]).toEqual(expected);
  });

  it.each([
    [false, ['n9']],
    [true, []],
  ])('a node is read unless it is deleted: %s', async (deleted, expected) => {
    const node = { uuid: 'n9', host: 'host9', deleted };

    const { nodes } = await factsWith(CELL, computeNodeKey('n9'), node);

    expect(nodes.map(({ uuid }) => uuid).filter((uuid) => uuid === 'n9')).toEqual(expected);
  });
});
