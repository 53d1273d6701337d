import { describe, expect, it } from 'vitest';
import type { JsonMap } from '#ports/json';
import { objectAction, objectBackportVersions, objectClassActionVersions } from '#object-rpc/dispatch';
import { ExpectedError } from '#wire/failure';
import { fieldsOf, listOf, mapOf } from '#wire/reading';
import { newInstance, recordsOn, storedInstance } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';

/** The servers of host1 as a compute that knows servers up to a version reads them. */
async function serversFor(version: string): Promise<JsonMap[]> {
  const records = recordsOn(memoryTables().tables);
  await storedInstance(records, { host: 'host1', node: 'host1', compute_id: 7 });
  const list = await objectClassActionVersions(records, {
    objname: 'InstanceList',
    objmethod: 'get_by_host',
    object_versions: { InstanceList: '2.6', Instance: version },
    args: ['host1'],
    kwargs: { expected_attrs: [] },
  });
  return listOf(fieldsOf(list)['objects']).map(mapOf);
}

describe('a list that an older compute knows', () => {
  it('has its elements in the version that the compute knows, so that it has nothing lowered later (VERS-01)', async () => {
    const [server] = await serversFor('2.7');

    expect(server).toMatchObject({ 'nova_object.version': '2.7' });
    expect(fieldsOf(server)).toMatchObject({ node: 'host1' });
    expect(fieldsOf(server)).not.toHaveProperty('compute_id');
  });

  it('is answered as it is where the compute knows its elements in our version', async () => {
    const [server] = await serversFor('2.8');

    expect(server).toMatchObject({ 'nova_object.version': '2.8', 'nova_object.data': { compute_id: 7 } });
  });
});

describe('an object of a release after ours', () => {
  const objinst = { ...newInstance().toPrimitive(), 'nova_object.version': '2.9' };

  it('is refused as a failure of the deployment, not of the caller (VERS-12)', async () => {
    const records = recordsOn(memoryTables().tables);

    const error = await rejected(objectAction(records, { objinst, objmethod: 'save', args: [], kwargs: {} }));

    expect(error).toMatchObject({ name: 'IncompatibleObjectVersion' });
    expect(error).not.toBeInstanceOf(ExpectedError);
  });

  it('is not lowered either', async () => {
    const records = recordsOn(memoryTables().tables);

    const error = await rejected(objectBackportVersions(records, { objinst, object_versions: { Instance: '2.7' } }));

    expect(error).toMatchObject({ name: 'IncompatibleObjectVersion' });
  });
});
