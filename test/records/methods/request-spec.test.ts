import { describe, expect, it } from 'vitest';
import { BuildRequest } from '#objects/instance/build-request';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { registry } from '#objects/registry';
import { API, BUILD_REQUESTS, groupKey, groupMemberKey, requestSpecKey } from '#records/keys';
import { newRecords } from '#operations/new-records';
import { fieldsOf, listOf } from '#wire/reading';
import { instanceGroup, requestSpec } from '../../fixtures/request-spec.ts';
import { memoryTables } from '../../fixtures/tables.ts';

import { callClass, callMethod, NOW, recordsOn, UUID } from '../../fixtures/records.ts';

const GROUP = '99999999-9999-4999-8999-999999999999';

/** A spec whose group was sent with these hosts and members. */
const grouped = (hosts: string[], members: string[]) =>
  fromPrimitive(
    requestSpec({
      instance_uuid: UUID,
      instance_group: instanceGroup('affinity', { uuid: GROUP, hosts, members }),
    }),
    registry,
  );

describe('RequestSpec', () => {
  it('REC-09 hides the hosts and members of its group: stored without, read with the members as they are now', async () => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    await tables.put(API, { ...groupKey(GROUP), uuid: GROUP, policies: ['affinity'], deleted: false });
    await tables.put(API, { ...groupMemberKey(GROUP, 'm2') });
    await callMethod(records, grouped([], []), 'create');

    await callMethod(records, grouped(['h1'], ['m1']), 'save');

    const item = await tables.get(BUILD_REQUESTS, requestSpecKey(UUID));
    expect(fieldsOf(fieldsOf(item?.['spec'])['instance_group'])).toMatchObject({ hosts: null, members: null });
    const spec = fieldsOf(await callClass(records, 'RequestSpec', 'get_by_instance_uuid', UUID));
    expect(fieldsOf(spec['instance_group'])).toMatchObject({ uuid: GROUP, members: ['m2'] });
    expect(fieldsOf(spec['instance_group'])).not.toHaveProperty('hosts');
  });

  it('answers the specs of those servers that have one (VERS-11)', async () => {
    const { tables, requests } = memoryTables();
    const records = recordsOn(tables);
    const other = '00000000-0000-4000-8000-000000000002';
    for (const instance_uuid of [UUID, other])
      await callMethod(records, fromPrimitive(requestSpec({ instance_uuid }), registry), 'create');

    const found = await callClass(records, 'RequestSpec', 'get_by_instance_uuids', [UUID, 'nobody', other]);
    requests.length = 0;
    const none = await callClass(records, 'RequestSpec', 'get_by_instance_uuids', []);

    expect(listOf(found).map((spec) => fieldsOf(spec)['instance_uuid'])).toEqual([UUID, other]);
    expect(none).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('REC-09 hides them also where a publisher without records sends the spec', async () => {
    const sent = requestSpec({ instance_group: instanceGroup('affinity', { hosts: ['h1'], members: ['m1'] }) });
    const server = { uuid: UUID, build_request: BuildRequest.make({}).toPrimitive(), request_spec: sent };

    const actions = await newRecords(recordsOn(memoryTables().tables), server, NOW);

    const [spec] = actions.flatMap((each) => (each.kind === 'put' && each.item.sk === 'request-spec' ? each.item : []));
    expect(fieldsOf(fieldsOf(spec?.['spec'])['instance_group'])).toMatchObject({ hosts: null, members: null });
  });

  it('REC-09 of a group that is gone is read without one', async () => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    await callMethod(records, grouped(['h1'], ['m1']), 'create');

    const spec = fieldsOf(await callClass(records, 'RequestSpec', 'get_by_instance_uuid', UUID));

    expect(spec['instance_group']).toBeNull();
  });
});
