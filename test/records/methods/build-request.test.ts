import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import type { AnyObject } from '#objects/versioned/any-object';
import { BlockDeviceMapping, BlockDeviceMappingList } from '#objects/instance/block-device-mapping';
import { BuildRequest } from '#objects/instance/build-request';
import { Tag, TagList } from '#objects/instance/tag';
import type { JsonMap } from '#ports/json';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import type { Records } from '#records/method';
import { fieldsOf, objectsOf } from '#wire/reading';
import { refusal } from '../../fixtures/refusal.ts';
import { memoryTables } from '../../fixtures/tables.ts';

import { callClass, callMethod, newInstance, recordsOn, UUID } from '../../fixtures/records.ts';

/** A request for a server with these fields over the usual ones. */
function asked(fields: JsonMap = {}): AnyObject {
  const request: AnyObject = BuildRequest.make({ instance_uuid: UUID, project_id: 'p-blue' });
  request.assign('instance', newInstance(fields));
  return request;
}

const read = async (records: Records) =>
  fieldsOf(await callClass(records, 'BuildRequest', 'get_by_instance_uuid', UUID));

describe('BuildRequest', () => {
  it('REC-04 is destroyed once: the second one learns that the user was first', async () => {
    const records = recordsOn(memoryTables().tables);
    const request = asked();
    await callMethod(records, request, 'create');
    await callMethod(records, request, 'destroy');

    const error = await refusal(callMethod(records, request, 'destroy'));

    expect(error).toMatchObject({ name: 'BuildRequestNotFound', message: expect.stringContaining(UUID) });
  });

  it.each([
    ['is of a version that we do not know', '9.0'],
    ['has no version at all', 'banana'],
  ])('REC-05 whose instance %s is not found, and the log says why', async (_why, version) => {
    const { tables } = memoryTables();
    const log = new MemoryLog();
    const records = recordsOn(tables, { log });
    await callMethod(records, asked(), 'create');
    const instance = { ...newInstance().toPrimitive(), 'nova_object.version': version };
    await tables.update(BUILD_REQUESTS, buildRequestKey(UUID), { set: { instance } });

    const error = await refusal(callClass(records, 'BuildRequest', 'get_by_instance_uuid', UUID));

    expect(error).toMatchObject({ name: 'BuildRequestNotFound' });
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { instance: UUID, version } }]);
  });

  it('REC-06 is read with the defaults of a server that has no host yet, and the tags of the request', async () => {
    const records = recordsOn(memoryTables().tables);
    const request = asked({ host: 'x', node: 'x', launched_on: 'x', cell_name: 'x', disable_terminate: true });
    request.assign('tags', TagList.load({ objects: [Tag.load({ resource_id: UUID, tag: 't1' })] }));
    await callMethod(records, request, 'create');

    const { instance, tags } = await read(records);

    expect(fieldsOf(instance)).toMatchObject({
      host: null,
      node: null,
      launched_on: null,
      cell_name: null,
      locked_by: null,
      disable_terminate: false,
      deleted: false,
      tags: { 'nova_object.data': { objects: [{ 'nova_object.data': { tag: 't1' } }] } },
    });
    expect(fieldsOf(instance)['tags']).toEqual(tags);
  });

  it('REC-06 keeps who has locked its server', async () => {
    const records = recordsOn(memoryTables().tables);
    await callMethod(records, asked({ locked_by: 'owner' }), 'create');

    expect(fieldsOf((await read(records))['instance'])['locked_by']).toBe('owner');
  });

  it('REC-07 stored before there were devices and tags is read with an empty list of each', async () => {
    const { tables } = memoryTables();
    const records = recordsOn(tables);
    const request = asked();
    request.assign('block_device_mappings', BlockDeviceMappingList.make({ objects: [BlockDeviceMapping.make({})] }));
    await callMethod(records, request, 'create');
    expect(objectsOf((await read(records))['block_device_mappings'])).toHaveLength(1);

    const old = { block_device_mappings: null, tags: null };
    await tables.update(BUILD_REQUESTS, buildRequestKey(UUID), { set: old });

    expect(await read(records)).toMatchObject({
      block_device_mappings: { 'nova_object.name': 'BlockDeviceMappingList', 'nova_object.data': { objects: [] } },
      tags: { 'nova_object.name': 'TagList', 'nova_object.data': { objects: [] } },
    });
  });
});
