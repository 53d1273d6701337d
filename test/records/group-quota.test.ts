import { describe, expect, test } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { OverQuota } from '#errors';
import { InstanceGroup } from '#objects/api/instance-group';
import { createRecord } from '#records/create-record';
import { instanceGroup } from '#records/methods/instance-group';
import { API, cellTable, groupKey, instanceKey, quotaKey, quotaLimitsKey } from '#records/keys';
import { TransactionConflict } from '#ports/tables';
import type { Records } from '#records/method';
import { recordsOn } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { watching } from '../fixtures/watching.ts';

const groupQuota = { server_groups: 2, server_group_members: 2 };

/** A project with these limits, and what one of its messages works with. */
function project(config: Records['config'] = { groupQuota }) {
  const tables = new MemoryTables();
  const by = (writer: string): Records => recordsOn(tables, { writer, ...(config ? { config } : {}) });
  return { tables, by };
}

const make = (records: Records, uuid: string, members: string[] = []) =>
  instanceGroup.instance?.['create']?.call(
    records,
    InstanceGroup.make({ uuid, name: uuid, project_id: 'p-blue', user_id: 'alice', policy: 'affinity', members }),
    {},
  );

const destroy = (records: Records, uuid: string) =>
  instanceGroup.instance?.['destroy']?.call(records, InstanceGroup.load({ uuid, id: 1 }), {});

const join = (records: Records, uuid: string, ...instance_uuids: string[]) =>
  instanceGroup.class?.['add_members']?.call(records, { group_uuid: uuid, instance_uuids });

const live = (records: Records, uuid: string, user_id = 'alice') =>
  createRecord(records, cellTable('cell1'), instanceKey(uuid), { uuid, user_id, deleted: false }, () => new Error());

describe('the limit of server groups', () => {
  test('holds for a project, and a group that is destroyed makes room', async () => {
    const { tables, by } = project();
    await make(by('m1'), 'g1');
    await make(by('m2'), 'g2');

    const refused = await rejected(Promise.resolve(make(by('m3'), 'g3')));
    await destroy(by('m4'), 'g1');
    await make(by('m5'), 'g3');

    expect(refused).toBeInstanceOf(OverQuota);
    expect((await tables.get(API, quotaKey('p-blue')))?.['server_groups']).toBe(2);
  });

  test('counts a message that comes twice once, and nothing for a uuid that is taken', async () => {
    const { tables, by } = project();
    await make(by('m1'), 'g1');

    await make(by('m1'), 'g1');
    const taken = await rejected(Promise.resolve(make(by('m2'), 'g1')));

    expect(taken).toMatchObject({ name: 'InstanceGroupIdExists' });
    expect((await tables.get(API, quotaKey('p-blue')))?.['server_groups']).toBe(1);
  });

  test.each([
    ['by its message once more', 'm4'],
    ['by another message', 'm5'],
  ])('counts a group once that is destroyed %s when its destruction died', async (_how, again) => {
    const { tables, by } = project();
    await make(by('m1'), 'g1');
    await make(by('m2'), 'g2');
    const dying = watching(tables, { delete: () => Promise.reject(new Error('the function dies')) });

    await rejected(Promise.resolve(destroy({ ...by('m4'), tables: dying }, 'g1')));
    await Promise.allSettled([destroy(by(again), 'g1')]);

    expect((await tables.get(API, quotaKey('p-blue')))?.['server_groups']).toBe(1);
    expect(await tables.get(API, groupKey('g1'))).toBeUndefined();
  });

  test('counts a group once that two messages destroy at a time', async () => {
    const { tables, by } = project();
    await make(by('m1'), 'g1', ['s1', 's2']);
    await make(by('m2'), 'g2');

    await Promise.allSettled([destroy(by('m4'), 'g1'), destroy(by('m5'), 'g1')]);

    expect((await tables.get(API, quotaKey('p-blue')))?.['server_groups']).toBe(1);
  });

  test('takes nothing away for a group that was made before groups were counted', async () => {
    const { tables, by } = project();
    await make(by('m1'), 'g1');
    await tables.delete(API, quotaKey('p-blue'));

    await destroy(by('m4'), 'g1');

    expect(await tables.get(API, groupKey('g1'))).toBeUndefined();
    expect(await tables.get(API, quotaKey('p-blue'))).toBeUndefined();
  });

  test('counts nothing for a group that cannot be stored', async () => {
    const { tables, by } = project();
    const group = InstanceGroup.make({
      uuid: 'g1',
      name: 'x'.repeat(500_000),
      project_id: 'p-blue',
      user_id: 'alice',
      policy: 'affinity',
    });

    const refused = await rejected(Promise.resolve(instanceGroup.instance?.['create']?.call(by('m1'), group, {})));

    expect(refused).toMatchObject({ name: 'ItemTooLarge' });
    expect(await tables.get(API, quotaKey('p-blue'))).toBeUndefined();
  });

  test('answers a message that comes twice as before where the project is full by now', async () => {
    const { tables, by } = project({ groupQuota: { server_groups: 1, server_group_members: 2 } });
    await make(by('m1'), 'g1');

    await make(by('m1'), 'g1');

    expect((await tables.get(API, quotaKey('p-blue')))?.['server_groups']).toBe(1);
  });

  test("a project's own limit comes before the deployment's; -1 is none", async () => {
    const { tables, by } = project();
    await tables.put(API, { ...quotaLimitsKey('p-blue'), server_groups: -1 });

    for (const uuid of ['g1', 'g2', 'g3']) await make(by(`m-${uuid}`), uuid);

    expect((await tables.get(API, quotaKey('p-blue')))?.['server_groups']).toBe(3);
  });
});

describe('the limit of members', () => {
  test('counts the live servers of the user who asks', async () => {
    const { by } = project();
    await make(by('m1'), 'g1');
    for (const [uuid, user] of [
      ['s1', 'bob'],
      ['s2', 'alice'],
      ['s3', 'alice'],
    ] as const) {
      await live(by(`s-${uuid}`), uuid, user);
      await join(by(`j-${uuid}`), 'g1', uuid);
    }

    const refused = await rejected(Promise.resolve(join(by('m4'), 'g1', 's4')));

    expect(refused).toMatchObject({ name: 'OverQuota', params: { usages: { server_group_members: 2 } } });
  });

  test('holds for the members that a group is made with', async () => {
    const { by } = project();

    expect(await rejected(Promise.resolve(make(by('m1'), 'g1', ['s1', 's2', 's3'])))).toBeInstanceOf(OverQuota);
  });

  test('two that join at once are not both counted on the same members', async () => {
    const { by } = project();
    await make(by('m1'), 'g1');
    for (const uuid of ['s1', 's2', 's3']) await live(by(`s-${uuid}`), uuid);
    await join(by('j1'), 'g1', 's1');

    const answers = await Promise.allSettled([join(by('j2'), 'g1', 's2'), join(by('j3'), 'g1', 's3')]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('a group that would be made with too many members is not made, and not counted', async () => {
    const { tables, by } = project();

    await rejected(Promise.resolve(make(by('m1'), 'g1', ['s1', 's2', 's3'])));

    expect(await tables.get(API, groupKey('g1'))).toBeUndefined();
    expect(await tables.get(API, quotaKey('p-blue'))).toBeUndefined();
  });

  test('one that joins between the look at the members and the count is counted', async () => {
    const { tables, by } = project();
    await make(by('m1'), 'g1');
    for (const uuid of ['s1', 's2', 's3']) await live(by(`s-${uuid}`), uuid);
    await join(by('j1'), 'g1', 's1');
    let joining = true;
    const late = watching(tables, {
      query: async (...args) => {
        const answer = await tables.query(...args);
        if (joining) {
          joining = false;
          await join(by('j2'), 'g1', 's2');
        }
        return answer;
      },
    });

    const refused = await rejected(Promise.resolve(join({ ...by('j3'), tables: late }, 'g1', 's3')));

    expect(refused).toBeInstanceOf(TransactionConflict);
  });

  test('a message that makes a group with members twice has them join once', async () => {
    const { by } = project();
    await make(by('m1'), 'g1', ['s1', 's2']);

    await make(by('m1'), 'g1', ['s1', 's2']);
    await live(by('s-s1'), 's1', 'bob');

    expect(await join(by('m2'), 'g1', 's3')).toEqual(['s1', 's2', 's3']);
  });

  test('nothing is limited where no limits are known', async () => {
    const { by } = project({ groupQuota: { server_groups: -1, server_group_members: -1 } });
    await make(by('m1'), 'g1');

    expect(await join(by('m2'), 'g1', 's1', 's2', 's3')).toEqual(['s1', 's2', 's3']);
  });
});
