import { describe, expect, it } from 'vitest';
import { newRecords } from '#operations/new-records';
import { writeTogether } from '#operations/write-together';
import type { JsonMap } from '#ports/json';
import { BlockCounter } from '#records/block-counter';
import { BUILD_REQUESTS, buildRequestKey, instanceMappingKey, MAPPINGS, requestSpecKey } from '#records/keys';
import { fieldsOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { NOW } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { requestSpec, wireObject } from '../fixtures/request-spec.ts';
import { memoryTables } from '../fixtures/tables.ts';

const build = (fields: JsonMap) => ({
  uuid: 'u0',
  request_spec: requestSpec({ ignore_hosts: ['host1'] }),
  build_request: newObject('BuildRequest', '1.3', fields),
});

async function made(fields: JsonMap) {
  const services = { ...memoryTables(), counter: new BlockCounter() };
  await writeTogether(services.tables, await newRecords(services, build(fields), NOW));
  const [request, spec, mapping] = await services.tables.batchGet([
    { table: BUILD_REQUESTS, key: buildRequestKey('u0') },
    { table: BUILD_REQUESTS, key: requestSpecKey('u0') },
    { table: MAPPINGS, key: instanceMappingKey('u0') },
  ]);
  return { services, request, spec, mapping };
}

describe('the records of a server that nobody made before', () => {
  it('are its build request, its spec without scheduling leftovers, and a mapping without a cell', async () => {
    const instance = wireObject('Instance', { user_id: 'u' });
    const parts = { instance, block_device_mappings: { a: 1 }, tags: { b: 2 } };

    const { mapping, request, spec } = await made({ project_id: 'p', ...parts });

    const listed = { by_project_sort: 'instance#u0', created_at: NOW, updated_at: null, instance_uuid: 'u0' };
    expect(request).toMatchObject({
      ...listed,
      ...parts,
      id: 1,
      project_id: 'p',
      by_project: expect.stringMatching(/^p#/u),
    });
    expect(spec).toMatchObject({ id: 1, instance_uuid: 'u0', created_at: NOW, updated_at: null });
    expect(fieldsOf(spec?.['spec'])).toMatchObject({ ignore_hosts: null });
    expect(mapping).toMatchObject({ ...listed, project_id: 'p', user_id: 'u', by_project: 'p', cell: null });
    expect(mapping).toHaveProperty('queued_for_delete', false);
  });

  it('have nulls for what was not sent', async () => {
    const { mapping, request } = await made({});

    expect(request).toMatchObject({ project_id: null, instance: null, block_device_mappings: null, tags: null });
    expect(mapping).toMatchObject({ project_id: null, user_id: null, by_project: 'null' });
  });

  it('are made for none whose build request an API made: its user has deleted it meanwhile', async () => {
    const { mapping, request } = await made({ id: 7, project_id: 'p' });

    expect([request, mapping]).toEqual([undefined, undefined]);
  });

  it('are made once', async () => {
    const { services } = await made({ project_id: 'p' });

    for (const action of await newRecords(services, build({ project_id: 'p' }), NOW))
      expect(await rejected(writeTogether(services.tables, [action]))).toMatchObject({ name: 'TransactionRefused' });
  });
});
