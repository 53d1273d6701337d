import { describe, expect, it } from 'vitest';
import { ComputeNode } from '#objects/compute/compute-node';
import { Instance } from '#objects/instance/instance';
import { Migration } from '#objects/migration/migration';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { registry } from '#objects/registry';
import type { AnyObject } from '#objects/versioned/any-object';
import { instanceKey, migrationKey } from '#records/keys';
import type { Records } from '#records/method';
import { callMethod, newInstance, recordsOn, storedInstance, UUID } from '../../fixtures/records.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { memoryTables } from '../../fixtures/tables.ts';
import { NODE_FIELDS } from './node-fields.ts';

const CELL = 'cell-cell1';

const NODE = {
  host: 'host1',
  hypervisor_hostname: 'node1',
  ...NODE_FIELDS,
};

const world = () => {
  const { tables } = memoryTables();
  return { tables, records: recordsOn(tables) };
};

/** An object as a peer of an older release sends it. */
const inVersion = (object: AnyObject, version: string): AnyObject =>
  fromPrimitive({ ...object.toPrimitive(), 'nova_object.version': version }, registry);

const stored = async (records: Records): Promise<unknown> =>
  (await records.tables.get(CELL, instanceKey(UUID)))?.['compute_id'];

describe("the id of a server's node", () => {
  it('is looked up for a compute that does not know the field (VERS-02)', async () => {
    const { records } = world();
    await callMethod(records, ComputeNode.make(NODE), 'create');
    const made = await storedInstance(records, { host: null });
    const older = inVersion(made, '2.7');
    older.assign('host', 'host1');
    older.assign('node', 'node1');

    const answer = await callMethod(records, older, 'save');

    expect(await stored(records)).toBe(1);
    expect(JSON.stringify(answer)).not.toContain('compute_id');
  });

  it('is null, with a warning, where the node is not known', async () => {
    const { tables } = memoryTables();
    const warnings: unknown[] = [];
    const records = recordsOn(tables, {
      log: { count: () => undefined, warn: (message, fields) => warnings.push([message, fields]) },
    });
    const older = inVersion(await storedInstance(records), '2.7');
    older.assign('host', 'host1');
    older.assign('node', 'node1');

    await callMethod(records, older, 'save');

    expect(await stored(records)).toBeNull();
    expect(warnings).toEqual([['a node has no compute node record', { host: 'host1', node: 'node1' }]]);
  });

  it('is required of a compute of today (VERS-03)', async () => {
    const { records } = world();
    const made = await storedInstance(records);
    made.assign('host', 'host1');
    made.assign('node', 'node1');

    const error = await refusal(callMethod(records, made, 'save'));

    expect(error).toMatchObject({
      name: 'ObjectActionError',
      message: "Instance.node is being updated ('node1') but compute_id is not",
    });
    expect(await records.tables.get(CELL, instanceKey(UUID))).toMatchObject({ host: null, node: null });
  });

  it('goes with the node when the server leaves it', async () => {
    const { records } = world();
    const made = await storedInstance(records, { host: 'host1', node: 'node1', compute_id: 1 });
    made.assign('host', null);
    made.assign('node', null);

    await callMethod(records, made, 'save');

    expect(await stored(records)).toBeNull();
  });

  it('is required when a server is made on a node', async () => {
    const { records } = world();
    const made = newInstance({ node: 'node1' });

    const error = await refusal(callMethod(records, made, 'create'));

    expect(error.message).toBe("Instance is being created with node ('node1') but not compute_id");
  });

  it('is left out of what an older compute reads (VERS-01)', () => {
    const instance = Instance.load({ uuid: UUID, compute_id: 7 });

    const primitive = instance.toPrimitive({ targetVersion: '2.7', manifest: { Instance: '2.7' } });

    expect(primitive).toMatchObject({ 'nova_object.version': '2.7', 'nova_object.data': { uuid: UUID } });
    expect(primitive['nova_object.data']).not.toHaveProperty('compute_id');
  });
});

const migration = () =>
  Migration.make({
    uuid: 'm-1',
    instance_uuid: UUID,
    status: 'accepted',
    migration_type: 'migration',
    dest_compute: 'host1',
    dest_node: 'node1',
  });

describe("the id of a migration's destination", () => {
  it('is looked up for a compute that does not know the field (VERS-04)', async () => {
    const { records } = world();
    await callMethod(records, ComputeNode.make(NODE), 'create');

    await callMethod(records, inVersion(migration(), '1.7'), 'create');

    expect(await records.tables.get(CELL, migrationKey(UUID, 'm-1'))).toMatchObject({ dest_compute_id: 1 });
  });

  it('is required of a compute of today (VERS-04)', async () => {
    const { records } = world();

    const error = await refusal(callMethod(records, migration(), 'create'));

    expect(error).toMatchObject({
      name: 'ObjectActionError',
      message:
        'Object action create failed because: cannot create a Migration object with a dest_node but no dest_compute_id',
    });
  });
});
