import { describe, expect, it } from 'vitest';
import { registry } from '#objects/registry';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { migrationKey } from '#records/keys';
import { migration } from '#records/methods/migration';
import { newObject } from '#wire/wire';
import { authorityWorld, OWNERS } from './authority-world.ts';

const { uuid, id } = OWNERS.host1;
const TABLE = 'cell-cell1';

/** Has host1, which is at work on the server, name itself the destination of a move between others. */
async function nameItself(move: Readonly<Record<string, string | null>>): Promise<unknown> {
  const records = await authorityWorld(['host1']);
  await records.tables.update(TABLE, migrationKey(uuid, uuid), { set: move });
  const object = {
    ...newObject('Migration', '1.7', { id, uuid, instance_uuid: uuid, dest_compute: 'host1' }),
    'nova_object.changes': ['dest_compute'],
  };
  await migration.instance?.['save']?.call(records, fromPrimitive(object, registry), {});
  return (await records.tables.get(TABLE, migrationKey(uuid, uuid)))?.['dest_compute'];
}

describe('a host at work on a server', () => {
  it('names itself the destination of a move that has none yet', async () => {
    expect(await nameItself({ source_compute: 'host3', dest_compute: null })).toBe('host1');
  });

  it.each([
    ['has another destination', { source_compute: 'host3', dest_compute: 'host2' }],
    ['is over', { source_compute: 'host3', dest_compute: 'host2', status: 'error' }],
  ])('does not name itself in one that %s', async (_what, move) => {
    await expect(nameItself(move)).rejects.toThrow('the migration of instance');
  });
});
