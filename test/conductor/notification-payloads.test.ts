import { describe, expect, test } from 'vitest';
import { rebuildPayload, updatePayload } from '#conductor/instance-payloads';
import { taskErrorPayload } from '#conductor/task-error-payload';
import { auditPeriod } from '#conductor/time';
import type { JsonMap } from '#ports/json';
import { fieldsOf, listOf } from '#wire/reading';
import { requestSpecOf } from '#request-specs/legacy-request-spec';
import { newObject } from '#wire/wire';
import { flavor as wholeFlavor, requestSpec } from '../fixtures/request-spec.ts';

const UUID = '2f9c8c05-1bf8-4876-86db-17e5c12c1a12';

const flavor: JsonMap = { name: 'm1.tiny', flavorid: '1', memory_mb: 512, swap: 0, disabled: false, is_public: true };

const networks = JSON.stringify([
  {
    id: 'ce531f90-199f-48c0-816c-13e38010b442',
    address: 'fa:16:3e:4c:2c:30',
    devname: 'tapce531f90-19',
    meta: {},
    network: { label: 'private', subnets: [{ ips: [{ address: '192.168.1.3', version: 4, type: 'fixed' }] }] },
  },
]);

const server = (fields: JsonMap = {}) => ({
  instance: { uuid: UUID, project_id: 'p', hostname: 'one', image_ref: 'i', vm_state: 'active', ...fields },
  flavor,
  context: { user_id: 'u', project_id: 'p2', request_id: 'req-1' },
});

describe('the payload of a server', () => {
  test.each([
    [
      'renames what notifications call otherwise',
      {},
      { tenant_id: 'p', host_name: 'one', image_uuid: 'i', state: 'active' },
    ],
    ['holds who asked', {}, { action_initiator_user: 'u', action_initiator_project: 'p2', request_id: 'req-1' }],
    ['names power states', { power_state: 1 }, { power_state: 'running' }],
    ['holds no power state where none is known', {}, { power_state: null }],
    ['holds that a server is not locked', {}, { locked: false, locked_reason: null }],
    ['holds its metadata', { metadata: { a: 'b' } }, { metadata: { a: 'b' } }],
    ['holds disk configuration by name where nobody chose', {}, { auto_disk_config: 'MANUAL' }],
    ['holds no address of a server without network', { network_info: '' }, { ip_addresses: [] }],
    ['holds no address of a network that cannot be read', { network_info: '[' }, { ip_addresses: [] }],
    ['holds disk configuration by name', { auto_disk_config: true }, { auto_disk_config: 'AUTO' }],
    [
      'holds why a server is locked',
      { locked: true, system_metadata: { locked_reason: 'r' } },
      { locked: true, locked_reason: 'r' },
    ],
    [
      'holds the certificates of the image',
      { trusted_certs: newObject('TrustedCerts', '1.0', { ids: ['c1'] }) },
      { trusted_image_certificates: ['c1'] },
    ],
  ])('%s', (_title, fields, data) => {
    const payload = rebuildPayload(server(fields));

    expect(fieldsOf(payload)).toMatchObject(data);
  });

  test.each([
    [null, null],
    ['u', null],
    [null, 'p2'],
  ])('holds no request where not a user of a project asked: %s of %s', (user_id, project_id) => {
    const payload = rebuildPayload({ ...server(), context: { user_id, project_id, request_id: 'req-periodic' } });

    expect(fieldsOf(payload)['request_id']).toBeNull();
  });

  test('holds every fixed address', () => {
    const payload = rebuildPayload(server({ network_info: networks }));

    expect(listOf(fieldsOf(payload)['ip_addresses']).map((address) => fieldsOf(address))).toEqual([
      {
        label: 'private',
        mac: 'fa:16:3e:4c:2c:30',
        meta: {},
        port_uuid: 'ce531f90-199f-48c0-816c-13e38010b442',
        version: 4,
        address: '192.168.1.3',
        device_name: 'tapce531f90-19',
      },
    ]);
  });

  test('of an update holds states, audit period, tags and the name before', () => {
    const states = { old_state: 'active', state: 'error', old_task_state: null, new_task_state: null };
    const period = auditPeriod(Date.parse('2026-11-22T10:13:17.070Z'));

    const payload = updatePayload(server(), { ...states, ...period, old_display_name: 'before', tags: ['a'] });

    const data = fieldsOf(payload);
    expect(data).toMatchObject({ old_display_name: 'before', tags: ['a'] });
    expect(fieldsOf(data['state_update'])).toEqual(states);
    expect(fieldsOf(data['audit_period'])).toEqual({
      audit_period_beginning: '2026-11-01T00:00:00Z',
      audit_period_ending: '2026-11-22T10:13:17Z',
    });
  });
});

describe('the payload of a task error', () => {
  const failed = {
    uuid: UUID,
    method: 'migrate_server',
    vm_state: 'active',
    failure: { name: 'NoValidHost', message: 'No valid host was found. ' },
  };

  test('holds the spec without what only filter properties hold', () => {
    const forced = { instance_uuid: UUID, force_hosts: ['host1'], ignore_hosts: ['host2'] };
    const spec = requestSpecOf(requestSpec({ ...forced, flavor: wholeFlavor(flavor) })) ?? {};

    const payload = taskErrorPayload({ ...failed, spec });

    const data = fieldsOf(fieldsOf(payload)['request_spec']);
    expect(data).toMatchObject({ instance_uuid: UUID, force_hosts: null, ignore_hosts: null, retry: null });
    expect(data).not.toHaveProperty('image_meta');
    expect(fieldsOf(data['flavor'])).toMatchObject({ flavorid: '1', projects: null });
  });

  test('holds nothing but the server of a spec that knows its server alone', () => {
    const payload = taskErrorPayload({ ...failed, spec: { instance_properties: { uuid: UUID } } });

    expect(fieldsOf(fieldsOf(payload)['request_spec'])).toMatchObject({
      instance_uuid: UUID,
      flavor: null,
      image: null,
      pci_requests: null,
      num_instances: 1,
      scheduler_hints: {},
    });
  });

  test.each<JsonMap>([
    {},
    { instance_properties: null },
    { instance_properties: { uuid: '' } },
    { instance_properties: { uuid: 5 } },
  ])('FAULT-03 holds null for a spec that names no server: %j', (spec) => {
    const payload = taskErrorPayload({ ...failed, spec });

    expect(fieldsOf(payload)['request_spec']).toBeNull();
  });

  test('holds what failed, of which server, and how', () => {
    const data = fieldsOf(taskErrorPayload({ ...failed, spec: {} }));

    expect(data).toMatchObject({ instance_uuid: UUID, state: 'active' });
    expect(fieldsOf(data['reason'])).toEqual({
      module_name: 'nova.conductor.manager',
      function_name: 'migrate_server',
      exception: 'NoValidHost',
      exception_message: 'No valid host was found. ',
      traceback: expect.stringContaining('NoValidHost: No valid host was found.'),
    });
  });
});
