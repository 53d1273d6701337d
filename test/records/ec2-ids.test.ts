import { describe, expect, it } from 'vitest';
import { callClass, newInstance, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { refusal } from '../fixtures/refusal.ts';
import { memoryTables } from '../fixtures/tables.ts';

describe('EC2Ids', () => {
  it('are those of the server that comes along, in one request', async () => {
    const { tables, requests } = memoryTables();
    const records = recordsOn(tables);
    const instance = await storedInstance(records, { image_ref: 'image-1' });
    requests.length = 0;

    const ids = await callClass(records, 'EC2Ids', 'get_by_instance', instance.toPrimitive());

    expect(ids).toMatchObject({
      'nova_object.name': 'EC2Ids',
      'nova_object.data': {
        instance_id: 'i-00000001',
        ami_id: expect.stringMatching(/^ami-[0-9a-f]{8}$/),
        kernel_id: null,
      },
    });
    expect(requests).toEqual(['GetItem']);
  });

  it('of a server that is not there are refused', async () => {
    const records = recordsOn(memoryTables().tables);

    const error = await refusal(callClass(records, 'EC2Ids', 'get_by_instance', newInstance().toPrimitive()));

    expect(error).toMatchObject({ name: 'InstanceNotFound', message: `Instance ${UUID} could not be found.` });
  });

  it('of what is no server are refused', async () => {
    const records = recordsOn(memoryTables().tables);

    const error = await refusal(callClass(records, 'EC2Ids', 'get_by_instance', 7));

    expect(error.name).toBe('InstanceNotFound');
  });
});
