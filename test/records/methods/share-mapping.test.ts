import { describe, expect, it } from 'vitest';
import { ShareMapping } from '#objects/instance/share-mapping';
import { Migration } from '#objects/migration/migration';
import type { Records } from '#records/method';
import { createMigration } from '#records/methods/migration';
import { callClass, callMethod, NOW, recordsOn, storedInstance, UUID } from '../../fixtures/records.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { memoryTables } from '../../fixtures/tables.ts';

const SHARE = '4b021746-d0eb-4031-92aa-23c3bec182cd';

const share = (fields: Parameters<typeof ShareMapping.make>[0] = {}) =>
  ShareMapping.make({
    uuid: 'c7e55af0-b27a-4ace-94a3-f0690a8420ce',
    instance_uuid: UUID,
    share_id: SHARE,
    status: 'attaching',
    tag: 'data',
    export_location: '192.0.2.50:/mnt/data',
    share_proto: 'NFS',
    ...fields,
  });

const world = (given: Partial<Records> = {}) => {
  const { tables } = memoryTables();
  return { tables, records: recordsOn(tables, given) };
};

const rows = (tables: ReturnType<typeof world>['tables']) =>
  (tables.dump()['cell-cell1'] ?? []).filter(({ sk }) => sk.startsWith('share#'));

/** The share ids of a list as it was answered. */
const idsIn = (answer: unknown): string[] => JSON.stringify(answer).match(/(?<="share_id":")[^"]+/gu) ?? [];

describe('ShareMapping', () => {
  it('is made by its first save (SHARE-01)', async () => {
    const { records } = world();

    const answer = await callMethod(records, share(), 'save');

    expect(answer).toMatchObject([{ id: 1, created_at: NOW, updated_at: null, obj_what_changed: [] }, null]);
  });

  it('is changed by its second save (SHARE-02)', async () => {
    const { records, tables } = world();
    await callMethod(records, share(), 'save');

    await callMethod(records, share({ status: 'active' }), 'save');

    expect(rows(tables)).toMatchObject([{ id: 1, status: 'active', updated_at: NOW }]);
  });

  it('is not found where there is none (SHARE-03)', async () => {
    const { records } = world();

    const error = await refusal(callClass(records, 'ShareMapping', 'get_by_instance_uuid_and_share_id', UUID, SHARE));

    expect(error).toMatchObject({ name: 'ShareNotFound', message: `Share ${SHARE} could not be found.` });
  });

  it('keeps nothing of how the share is opened (SHARE-05)', async () => {
    const { records, tables } = world();

    await callMethod(records, share({ access_type: 'cephx', access_to: 'nova', access_key: 'secret' }), 'save');

    expect(rows(tables)).toHaveLength(1);
    expect(JSON.stringify(tables.dump())).not.toMatch(/access_|secret/u);
  });

  it('is gone once it is deleted (SHARE-07)', async () => {
    const { records, tables } = world();
    await callMethod(records, share(), 'save');

    await callMethod(records, share(), 'delete');

    expect(rows(tables)).toEqual([]);
    const error = await refusal(callClass(records, 'ShareMapping', 'get_by_instance_uuid_and_share_id', UUID, SHARE));
    expect(error).toMatchObject({ name: 'ShareNotFound' });
  });

  it('is written by hosts at work on its server alone', async () => {
    const { records } = world();
    await storedInstance(records, { host: 'host1' });

    const error = await refusal(callMethod({ ...records, hosts: ['host2'] }, share(), 'save'));

    expect(error).toMatchObject({ name: 'Forbidden' });
  });
});

describe('ShareMappingList', () => {
  const OTHER = '9c021746-d0eb-4031-92aa-23c3bec182cd';

  it('answers the shares of a server in the order in which they were made (SHARE-04)', async () => {
    const { records } = world();
    await callMethod(records, share({ share_id: OTHER, uuid: 'm-1' }), 'save');
    await callMethod(records, share({ uuid: 'm-2' }), 'save');

    const answer = await callClass(records, 'ShareMappingList', 'get_by_instance_uuid', UUID);

    expect(idsIn(answer)).toEqual([OTHER, SHARE]);
  });

  it('answers the servers of a share', async () => {
    const { records } = world();
    const elsewhere = '00000000-0000-4000-8000-000000000002';
    await callMethod(records, share(), 'save');
    await callMethod(records, share({ instance_uuid: elsewhere, uuid: 'm-2' }), 'save');

    const answer = await callClass(records, 'ShareMappingList', 'get_by_share_id', SHARE);

    expect(idsIn(answer)).toEqual([SHARE, SHARE]);
  });

  it.each([
    ['host1', 'accepted', [SHARE]],
    ['host2', 'accepted', []],
    ['host2', 'confirmed', [SHARE]],
    ['host2', 'reverted', [SHARE]],
    ['host2', 'error', [SHARE]],
  ])('answers %s, which a move that is %s names, what it may have access to', async (host, status, expected) => {
    const { records } = world();
    await storedInstance(records, { host: 'host1' });
    await callMethod(records, share(), 'save');
    const fields = { instance_uuid: UUID, status, migration_type: 'migration', source_compute: 'host2' } as const;
    await createMigration(records, Migration.make({ ...fields, dest_compute: 'host1' }));

    const answer = await callClass(records, 'ShareMappingList', 'get_by_host_for_reconcile', host);

    expect(idsIn(answer)).toEqual(expected);
  });
});
