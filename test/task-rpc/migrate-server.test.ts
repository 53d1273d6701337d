import { expect, it } from 'vitest';
import { newObject } from '#wire/wire';
import type { Json, JsonMap } from '#ports/json';
import { mapOf } from '#wire/reading';
import { specOf } from '#conductor/move-spec';
import { toLegacyRequestSpecDict } from '#objects/request-spec/request-spec-legacy';
import { serializeEntity } from '#objects/versioned/serializer';
import { migrateServer } from '#task-rpc/methods/migrate-server';
import { CONTEXT, UUID } from '../fixtures/records.ts';
import { requestSpec } from '../fixtures/request-spec.ts';

/** What a compute gives back with a server that it could not take. */
const givenBack = (request_spec: Json) => ({
  instance: newObject('Instance', '2.7', { uuid: UUID }),
  scheduler_hint: { filter_properties: { retry: { num_attempts: 1, hosts: [['host2', 'host2']] } } },
  live: false,
  rebuild: false,
  flavor: newObject('Flavor', '1.2', { id: 1 }),
  block_migration: null,
  disk_over_commit: null,
  request_spec,
  host_list: [],
});

it('takes back the plain request spec that it sent to a compute of before 5.1', () => {
  const plain = serializeEntity(toLegacyRequestSpecDict(specOf(requestSpec({ instance_uuid: UUID }))));

  const route = migrateServer.route(givenBack(plain), CONTEXT);

  expect(JSON.stringify(route)).toContain('"nova_object.name":"RequestSpec"');
});

it('refuses a request spec that is neither', () => {
  expect(() => migrateServer.route(givenBack('nothing'), CONTEXT)).toThrow('request_spec');
});

it.each<[string, JsonMap]>([
  ['an object of no type of ours', { instance_type: newObject('NoSuchThing', '1.0', {}) }],
  ['a number that is none', { num_instances: 'many' }],
])('refuses a plain request spec with %s by its name', (_what, fields) => {
  const spec = serializeEntity(toLegacyRequestSpecDict(specOf(requestSpec({ instance_uuid: UUID }))));

  const ask = () => migrateServer.route(givenBack({ ...mapOf(spec), ...fields }), CONTEXT);

  expect(ask).toThrow('migrate_server() argument request_spec: ');
});
