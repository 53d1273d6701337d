import { describe, expect, it } from 'vitest';
import { Migration } from '#objects/migration/migration';
import type { AnyObject } from '#objects/versioned/any-object';
import { Service } from '#objects/compute/service';
import type { JsonMap } from '#ports/json';
import { cellTable, instanceKey, serviceKey } from '#records/keys';
import { createMigration } from '#records/methods/migration';
import { HOSTS, hostsAttribute } from '#records/operation';
import { fieldsOf, objectsOf } from '#wire/reading';
import { EVACUATE, migrationOf, outputOf, rebuild, stranded, type Rebuilt } from '../fixtures/rebuilt-server.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { callClass, callMethod, NOW, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const OTHER = '99999999-5d0e-4c3e-9a5e-0f6e2f1b8a10';
const TABLE = cellTable('cell1');

/** Two servers of a host that was last heard at a time. */
async function twoServers(lastSeen: string) {
  const { tables } = memoryTables();
  const api = recordsOn(tables);
  const service = Service.make({
    topic: 'compute',
    report_count: 0,
    binary: 'nova-compute',
    host: 'host1',
    version: 64,
  });
  await callMethod(api, service, 'create');
  await tables.update(TABLE, serviceKey('host1', 'nova-compute'), { set: { last_seen_up: lastSeen } });
  for (const uuid of [UUID, OTHER]) await storedInstance(api, { uuid, host: 'host1' });
  const records = recordsOn(tables, { hosts: ['host1'], process: 'reply-1' });
  const servers = async (): Promise<unknown[]> => {
    const list = objectsOf(fieldsOf(await callClass(records, 'InstanceList', 'get_by_host', 'host1'))['objects']);
    return list.map((each) => fieldsOf(each)['uuid']);
  };
  const migrate = async (fields: JsonMap): Promise<void> => {
    const known = { instance_uuid: UUID, source_compute: 'host1', source_node: 'host1', migration_type: 'evacuation' };
    const migration: AnyObject = Migration.make();
    for (const [name, value] of Object.entries({ ...known, ...fields })) migration.assign(name, value);
    await createMigration(api, migration);
  };
  return { tables, servers, migrate };
}

const LONG_AGO = '2026-11-22T11:00:00Z';

describe('a host that starts and asks which servers it has', () => {
  it('is given all of them where nothing is evacuated from it', async () => {
    const { servers } = await twoServers(LONG_AGO);

    expect(new Set(await servers())).toEqual(new Set([UUID, OTHER]));
  });

  it.each(['accepted', 'pre-migrating', 'done'])('is not given a server whose evacuation is %s', async (status) => {
    const { servers, migrate } = await twoServers(LONG_AGO);
    await migrate({ status });

    expect(await servers()).toEqual([OTHER]);
  });

  it.each([
    ['has failed', { status: 'error' }],
    ['it has cleaned up after before', { status: 'completed' }],
    ['was a live migration', { status: 'accepted', migration_type: 'live-migration' }],
    ['leads to it', { status: 'done', source_compute: 'host2', dest_compute: 'host1' }],
  ])('is given a server whose evacuation %s', async (_what, fields) => {
    const { servers, migrate } = await twoServers(LONG_AGO);
    await migrate(fields);

    expect(new Set(await servers())).toEqual(new Set([UUID, OTHER]));
  });

  it.each([
    ['is on another host', { host: 'host2', by_host: 'host1' }],
    ['was ordered on another host', { [HOSTS]: hostsAttribute('host2') }],
  ])('is not given a server that %s, whatever an index that lags behind says', async (_what, set) => {
    const { servers, tables } = await twoServers(LONG_AGO);
    await tables.update(TABLE, instanceKey(UUID), { set });

    expect(await servers()).toEqual([OTHER]);
  });

  it('is given the same servers as before where it is up', async () => {
    const { servers, tables } = await twoServers(NOW);
    await tables.update(TABLE, instanceKey(UUID), { set: { [HOSTS]: hostsAttribute('host2') } });

    expect(new Set(await servers())).toEqual(new Set([UUID, OTHER]));
  });
});

/** host1 reads its servers, as a compute does before it is heard again. */
const startsUp = ({ world }: Rebuilt) => {
  const { clock, services } = world;
  const records = recordsOn(world.platform.tables, { hosts: ['host1'], clock, config: services.config });
  return callClass(records, 'InstanceList', 'get_by_host', 'host1');
};

describe('an evacuation', () => {
  it('of a host that has begun to start is refused, since the guest may run there by now', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]) });
    await startsUp(at);

    await rebuild(at, EVACUATE);

    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.item).toMatchObject({ host: 'host1' });
    expect(migrationOf(at)?.['status']).toBe('error');
  });

  it('is carried out once the host has been silent again', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]) });
    await startsUp(at);
    await at.world.clock.advance(200_000);

    await rebuild(at, EVACUATE);

    expect(at.server.item).toMatchObject({ host: 'host2' });
    expect(await outputOf(at)).toMatchObject({ outcome: 'done' });
  });
});
