import { describe, expect, it } from 'vitest';
import { newObject } from '#wire/wire';
import { CONTEXT, UUID } from '../../fixtures/records.ts';
import { flavor, instance, other, OTHER, routeOf, selection, spec, type Refused } from './route-of.ts';

const request = (uuid: string) => newObject('BuildRequest', '1.3', { instance_uuid: uuid });

describe('schedule_and_build_instances', () => {
  const args = {
    build_requests: [request(UUID)],
    request_specs: [spec],
    image: {},
    admin_password: 'correct-horse',
    injected_files: [],
    requested_networks: null,
    block_device_mapping: [],
  };
  const asker = { project_id: CONTEXT.project_id, user_id: CONTEXT.user_id };

  it('launches one server at once', () => {
    const route = routeOf('schedule_and_build_instances', args);

    expect(route).toMatchObject({ kind: 'workflow', workflow: 'launch', attempt: 0, instances: [{ uuid: UUID }] });
    expect(route).toMatchObject({ state: { entry: 'place', server: UUID, attempt: 1, tried: [], ...asker } });
    expect(route).toMatchObject({ common: { admin_password: 'correct-horse', tags: null } });
  });

  it('builds several together, each with its own spec, and one that is named twice once', () => {
    const ofOther = newObject('RequestSpec', '1.14', { instance_uuid: OTHER, flavor });

    const route = routeOf('schedule_and_build_instances', {
      ...args,
      build_requests: [request(UUID), request(OTHER), request(UUID)],
      request_specs: [spec, ofOther, spec],
    });

    expect(route).toMatchObject({ workflow: 'build', state: { uuids: [UUID, OTHER], ...asker } });
    expect(route).toMatchObject({
      instances: [
        { uuid: UUID, document: { request_spec: spec, reschedule: null } },
        { uuid: OTHER, document: { request_spec: ofOther } },
      ],
    });
  });

  it('takes lists as objects and as they are', () => {
    const build_requests = newObject('BuildRequestList', '1.0', { objects: [request(UUID)] });
    const request_specs = newObject('RequestSpecList', '1.0', { objects: [spec] });

    const bare = routeOf('schedule_and_build_instances', args);

    expect(routeOf('schedule_and_build_instances', { ...args, build_requests })).toEqual(bare);
    expect(() => routeOf('schedule_and_build_instances', { ...args, build_requests: request_specs })).toThrow(
      /a BuildRequestList, or a list of BuildRequest objects/u,
    );
  });

  it.each<Refused>([
    ['no server', { build_requests: [], request_specs: [] }, /one at least: 0 and 0/u],
    ['fewer specs than servers', { build_requests: [request(UUID), request(OTHER)] }, /one at least: 2 and 1/u],
    ['a uuid that is none', { build_requests: [request(`${UUID}-`)] }, /build_requests\.0\.instance_uuid/u],
    ['a uuid that is no text', { build_requests: [newObject('BuildRequest', '1.3', {})] }, /instance_uuid/u],
    ['no flavor', { request_specs: [newObject('RequestSpec', '1.14', {})] }, /request_specs\.0\.flavor/u],
    ['a name that nobody knows', { wait: true }, /wait/u],
  ])('is refused with %s', (_title, changes, reason) => {
    expect(() => routeOf('schedule_and_build_instances', { ...args, ...changes })).toThrow(reason);
  });
});

describe('build_instances', () => {
  const args = {
    instances: [instance],
    image: {},
    filter_properties: {},
    admin_password: null,
    injected_files: [],
    requested_networks: null,
    security_groups: [],
    request_spec: spec,
    host_lists: null,
  };
  const retry = { num_attempts: 2, hosts: [['host1', 'node1']], exc_reason: 'x'.repeat(1001), exc: ['a secret'] };
  const given = { filter_properties: { retry, other: 1 }, host_lists: [[selection]] };

  it('builds servers that are recorded already, each once', () => {
    const route = routeOf('build_instances', { ...args, instances: [instance, other, instance] });

    expect(route).toMatchObject({
      kind: 'workflow',
      workflow: 'build',
      instances: [{ uuid: UUID }, { uuid: OTHER }],
      state: { entry: 'existing', uuids: [UUID, OTHER], project_id: CONTEXT.project_id, user_id: CONTEXT.user_id },
    });
  });

  it('has a server that a compute gives back built elsewhere, by whoever owns it or anew', () => {
    const route = routeOf('build_instances', { ...args, ...given });

    expect(route).toMatchObject({ kind: 'reschedule', operation: 'launch', uuid: UUID, attempt: 2 });
    expect(route).toMatchObject({ reason: 'x'.repeat(1000) });
    expect(route).toMatchObject({
      otherwise: {
        workflow: 'launch',
        attempt: 2,
        state: { server: UUID, attempt: 2, entry: 'reschedule', tried: [['host1', 'node1']] },
        instances: [
          {
            document: {
              build_request: null,
              request_spec: spec,
              reschedule: { filter_properties: { other: 1, retry: { num_attempts: 2 } }, host_list: [selection] },
            },
          },
        ],
      },
    });
    expect(JSON.stringify(route)).not.toContain('a secret');
  });

  it('keeps no password of what the compute says, which a try that is one too many quotes', () => {
    const said = { ...retry, exc_reason: `iscsiadm: {'auth_password': 'correct-horse', 'target_lun': 1}` };

    const route = routeOf('build_instances', { ...args, ...given, filter_properties: { retry: said } });

    const kept = 'otherwise' in route ? route.otherwise.instances : [];
    expect(JSON.stringify(kept)).not.toContain('correct-horse');
    expect(JSON.stringify(kept)).toContain('target_lun');
  });

  it('is a first attempt where nothing is said of tries', () => {
    const route = routeOf('build_instances', { ...args, filter_properties: { retry: null } });

    expect(route).toMatchObject({ kind: 'workflow', workflow: 'build' });
  });

  it.each([
    ['no list of hosts is left', { filter_properties: { retry: { num_attempts: 1 } } }, 1],
    ['nothing was tried', { host_lists: [[selection]] }, 0],
  ])('is a reschedule where %s', (_title, changes, attempt) => {
    expect(routeOf('build_instances', { ...args, ...changes })).toMatchObject({ kind: 'reschedule', attempt });
  });

  it('says so where a compute gives no reason', () => {
    const route = routeOf('build_instances', { ...args, host_lists: [[selection]] });

    expect(route).toMatchObject({ reason: 'no reason given', otherwise: { state: { tried: [] } } });
  });

  it.each<Refused>([
    ['no server', { instances: [] }, /an Instance is expected/u],
    ['several servers that are given back', { ...given, instances: [instance, other] }, /exactly one Instance/u],
    ['no spec of one that is given back', { ...given, request_spec: null }, /a RequestSpec object is expected/u],
    ['tries without a number', { filter_properties: { retry: { hosts: [] } } }, /num_attempts/u],
    ['a type that is no flavor', { filter_properties: { instance_type: 'm1' } }, /instance_type/u],
    [
      'no flavor at all',
      { request_spec: null, instances: [newObject('Instance', '2.7', { uuid: UUID })] },
      /an Instance with a flavor/u,
    ],
  ])('is refused with %s', (_title, changes, reason) => {
    expect(() => routeOf('build_instances', { ...args, ...changes })).toThrow(reason);
  });
});
