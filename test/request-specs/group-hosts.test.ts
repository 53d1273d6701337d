import { describe, expect, test } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { NoValidHost } from '#errors';
import { DEFAULTS } from '#ports/configuration';
import type { JsonMap } from '#ports/json';
import { groupedSpec } from '#request-specs/group-hosts';
import { fieldsOf, textsOf } from '#wire/reading';
import { API, groupKey, groupMemberKey, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { rejected } from '../fixtures/rejected.ts';
import { instanceGroup, requestSpec } from '../fixtures/request-spec.ts';
import { watching } from '../fixtures/watching.ts';

/** A group whose members are on these hosts; `deleted` ones are gone. */
async function group(policy: string, members: Readonly<Record<string, JsonMap>>) {
  const tables = new MemoryTables();
  await tables.put(API, { ...groupKey('group'), uuid: 'group', policy, policies: [policy], deleted: false });
  for (const [uuid, item] of Object.entries(members)) {
    await tables.put(API, { ...groupMemberKey('group', uuid), instance_uuid: uuid });
    await tables.put(MAPPINGS, { ...instanceMappingKey(uuid), instance_uuid: uuid, cell: 'cell1' });
    await tables.put('cell-cell1', { ...instanceKey(uuid), uuid, deleted: false, ...item });
  }
  return { tables, config: DEFAULTS };
}

const grouped = (hosts: string[], policy = 'anti-affinity') =>
  requestSpec({ instance_uuid: 'u1', instance_group: instanceGroup(policy, { hosts }) });

const groupOf = (spec: JsonMap): JsonMap => fieldsOf(fieldsOf(spec)['instance_group']);

describe('setup_instance_group', () => {
  test('GROUP-01 joins the hosts of live members to those of the spec, and sets policies and members', async () => {
    const services = await group('anti-affinity', { m1: { host: 'hostA' } });

    const set = groupOf(await groupedSpec(services, grouped(['hostB'])));

    expect(textsOf(set['hosts']).toSorted()).toEqual(['hostA', 'hostB']);
    expect(set).toMatchObject({ policies: ['anti-affinity'], members: ['m1'] });
  });

  test.each(['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity'])(
    'GROUP-02 the policy %s sets the group up',
    async (policy) => {
      const services = await group(policy, { m1: { host: 'hostA' } });

      expect(groupOf(await groupedSpec(services, grouped([], policy)))['hosts']).toEqual(['hostA']);
    },
  );

  test('GROUP-03 a group that is not there leaves the spec as it is', async () => {
    const spec = grouped(['hostC']);

    expect(await groupedSpec({ tables: new MemoryTables(), config: DEFAULTS }, spec)).toBe(spec);
  });

  test.each([
    [
      'of no server is left alone, its group too [GROUP-04]',
      { instance_uuid: null, instance_group: instanceGroup('affinity') },
    ],
    ['without a group is left alone', { instance_uuid: 'u1' }],
  ])('a spec %s, and nothing is looked up', async (_title, fields) => {
    const asked: string[] = [];
    const tables = new MemoryTables({ onRequest: (operation) => asked.push(operation) });
    const spec = requestSpec(fields);

    const answer = await groupedSpec({ tables, config: DEFAULTS }, spec);

    expect(answer).toBe(spec);
    expect(asked).toEqual([]);
  });

  test('GROUP-09 an error of the look-up goes through', async () => {
    const tables = watching(new MemoryTables(), { query: () => Promise.reject(new NoValidHost({ reason: 'x' })) });

    expect(await rejected(groupedSpec({ tables, config: DEFAULTS }, grouped([])))).toMatchObject({
      name: 'NoValidHost',
    });
  });

  test('GROUP-11 deleted members do not count', async () => {
    const services = await group('anti-affinity', { m1: { host: 'hostA', deleted: true }, m2: { host: 'hostB' } });

    expect(groupOf(await groupedSpec(services, grouped([])))['hosts']).toEqual(['hostB']);
  });
});
