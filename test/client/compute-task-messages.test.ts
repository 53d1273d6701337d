import { describe, expect, test } from 'vitest';
import {
  buildInstances,
  canSend,
  liveMigrateInstance,
  migrateServer,
  rebuildInstance,
  scheduleAndBuildInstances,
  unshelveInstance,
  VersionCapTooLow,
} from '#client/compute-task-messages';
import { UnsupportedRPCVersion } from '#errors';
import { newObject } from '#wire/wire';

const instance = newObject('Instance', '2.7', { uuid: 'u1' });
const flavor = newObject('Flavor', '1.2', { id: 1, extra_specs: { a: 'b' } });
const spec = newObject('RequestSpec', '1.14', { instance_uuid: 'u1' });
const networks = newObject('NetworkRequestList', '1.1', {
  objects: [newObject('NetworkRequest', '1.3', { network_id: 'n1', address: null, port_id: 'p1' })],
});
const tags = newObject('TagList', '1.1', { objects: [] });

const move = {
  instance,
  scheduler_hint: {},
  live: false,
  rebuild: false,
  flavor,
  block_migration: null,
  disk_over_commit: null,
  request_spec: spec,
  host_list: [],
};
const build = {
  instances: [instance],
  image: { id: 'i1' },
  filter_properties: { instance_type: flavor },
  admin_password: null,
  injected_files: [],
  requested_networks: networks,
  security_groups: ['default'],
  block_device_mapping: newObject('BlockDeviceMappingList', '1.18', { objects: [] }),
  request_spec: spec,
  host_lists: [[]],
};
const schedule = {
  build_requests: [],
  request_spec: [spec],
  image: { id: 'i1' },
  admin_password: null,
  injected_files: [],
  requested_networks: networks,
  block_device_mapping: newObject('BlockDeviceMappingList', '1.18', { objects: [] }),
  tags,
};
const rebuild = {
  instance,
  orig_image_ref: 'i1',
  image_ref: 'i2',
  injected_files: [],
  new_pass: null,
  orig_sys_metadata: {},
  bdms: null,
  recreate: false,
  on_shared_storage: false,
  request_spec: spec,
};

describe('canSend', () => {
  test.each([
    ['1.20', undefined, true],
    ['1.9', '1.10', true],
    ['1.10', '1.9', false],
    ['1.3', '2.0', false],
  ])('version %s under cap %s: %s', (version, cap, expected) => {
    const answer = canSend(version, cap);

    expect(answer).toBe(expected);
  });
});

describe('migrate_server', () => {
  test('its newest form has every argument', () => {
    const { version, args } = migrateServer(move);

    expect(version).toBe('1.20');
    expect(Object.keys(args)).toHaveLength(11);
    expect(args).toMatchObject({ reservations: null, clean_shutdown: true });
  });

  test('RPC-04 at 1.13 it has no host_list', () => {
    const { version, args } = migrateServer(move, '1.13');

    expect(version).toBe('1.13');
    expect(args).not.toHaveProperty('host_list');
    expect(args).toHaveProperty('request_spec', spec);
  });

  test('RPC-05 at 1.11 it has no request_spec either, and keeps clean_shutdown', () => {
    const { version, args } = migrateServer(move, '1.11');

    expect(version).toBe('1.11');
    expect(args).not.toHaveProperty('host_list');
    expect(args).not.toHaveProperty('request_spec');
    expect(args).toHaveProperty('clean_shutdown', true);
  });

  test('below, flavor and then instance become plain maps', () => {
    const withFlavor = migrateServer(move, '1.10');
    const withPlainFlavor = migrateServer(move, '1.6');
    const allPlain = migrateServer(move, '1.5');

    expect([withFlavor.version, withPlainFlavor.version, allPlain.version]).toEqual(['1.10', '1.6', '1.4']);
    expect(withFlavor.args).not.toHaveProperty('clean_shutdown');
    expect(withFlavor.args['flavor']).toEqual(flavor);
    expect(withPlainFlavor.args).toMatchObject({ flavor: { id: 1, extra_specs: { a: 'b' } }, instance });
    expect(allPlain.args).toMatchObject({ instance: { uuid: 'u1' } });
  });

  test('a cap below its oldest form is refused', () => {
    const cap = '1.0';

    expect(() => migrateServer(move, cap)).toThrow(VersionCapTooLow);
  });
});

describe('schedule_and_build_instances', () => {
  test('RPC-06 at 1.17 it has request_specs and tags', () => {
    const { version, args } = scheduleAndBuildInstances(schedule, '1.17');

    expect(version).toBe('1.17');
    expect(args).toMatchObject({ request_specs: [spec], tags });
    expect(args).not.toHaveProperty('request_spec');
  });

  test('RPC-07 at 1.16 it has no tags', () => {
    const { version, args } = scheduleAndBuildInstances(schedule, '1.16');

    expect(version).toBe('1.16');
    expect(args).not.toHaveProperty('tags');
  });
});

describe('build_instances', () => {
  test('its newest form has host_lists and no block devices', () => {
    const { version, args } = buildInstances(build);

    expect(version).toBe('1.19');
    expect(args).toHaveProperty('host_lists', [[]]);
    expect(args).not.toHaveProperty('block_device_mapping');
  });

  test('RPC-08 at 1.18 it has no host_lists', () => {
    const { version, args } = buildInstances(build, '1.18');

    expect(version).toBe('1.18');
    expect(args).not.toHaveProperty('host_lists');
    expect(args).toHaveProperty('request_spec', spec);
  });

  test('RPC-09 at 1.10 it has neither host_lists nor request_spec', () => {
    const { version, args } = buildInstances(build, '1.10');

    expect(version).toBe('1.10');
    expect(args).not.toHaveProperty('host_lists');
    expect(args).not.toHaveProperty('request_spec');
  });

  test('at 1.9 the flavor in filter_properties is plain, in a copy', () => {
    const { version, args } = buildInstances(build, '1.9');

    expect(version).toBe('1.9');
    expect(args).toMatchObject({ filter_properties: { instance_type: { id: 1, extra_specs: { a: 'b' } } } });
    expect(build.filter_properties.instance_type).toBe(flavor);
  });

  test('at 1.8 networks are tuples, and at 1.5 block devices are sent again', () => {
    const tuples = buildInstances(build, '1.8');
    const oldest = buildInstances(build, '1.6');

    expect(tuples).toMatchObject({ version: '1.8', args: { requested_networks: [['n1', null, 'p1', null]] } });
    expect(oldest).toMatchObject({ version: '1.5', args: { block_device_mapping: [], legacy_bdm: true } });
  });
});

describe('the other methods', () => {
  test('RPC-10 unshelve_instance at 1.3 has no request_spec', () => {
    const newest = unshelveInstance(instance, spec);
    const capped = unshelveInstance(instance, spec, '1.3');

    expect(newest).toEqual({ method: 'unshelve_instance', version: '1.14', args: { instance, request_spec: spec } });
    expect(capped).toEqual({ method: 'unshelve_instance', version: '1.3', args: { instance } });
  });

  test('RPC-11 rebuild_instance at 1.8 has no request_spec', () => {
    const newest = rebuildInstance(rebuild);
    const capped = rebuildInstance(rebuild, '1.8');

    expect(newest).toMatchObject({
      version: '1.12',
      args: { request_spec: spec, host: null, preserve_ephemeral: false },
    });
    expect(capped.version).toBe('1.8');
    expect(capped.args).not.toHaveProperty('request_spec');
  });

  test('rebuild_instance with reimage_boot_volume asks for 1.24, and only false may be left out', () => {
    const newest = rebuildInstance({ ...rebuild, reimage_boot_volume: true });
    const leftOut = rebuildInstance({ ...rebuild, reimage_boot_volume: false }, '1.23');

    expect(newest).toMatchObject({ version: '1.24', args: { reimage_boot_volume: true } });
    expect(leftOut.version).toBe('1.12');
    expect(leftOut.args).not.toHaveProperty('reimage_boot_volume');
    expect(() => rebuildInstance({ ...rebuild, reimage_boot_volume: true }, '1.23')).toThrow(VersionCapTooLow);
  });

  test('rebuild_instance with target_state asks for 1.25, and only null may be left out (SURF-04, SURF-05)', () => {
    const newest = rebuildInstance({ ...rebuild, target_state: 'stopped' });
    const leftOut = rebuildInstance({ ...rebuild, target_state: null, reimage_boot_volume: true }, '1.24');

    expect(newest).toMatchObject({ version: '1.25', args: { target_state: 'stopped', reimage_boot_volume: false } });
    expect(leftOut).toMatchObject({ version: '1.24', args: { reimage_boot_volume: true } });
    expect(leftOut.args).not.toHaveProperty('target_state');
    expect(() => rebuildInstance({ ...rebuild, target_state: 'stopped' }, '1.24')).toThrow(
      new UnsupportedRPCVersion({ api: 'rebuild_instance', required: '1.25' }),
    );
  });

  test('live_migrate_instance is sent at 1.15 or not at all', () => {
    const args = { instance, scheduler_hint: {}, block_migration: null, disk_over_commit: null, request_spec: null };

    const sent = liveMigrateInstance(args);
    const attempt = () => liveMigrateInstance(args, '1.14');

    expect(sent.version).toBe('1.15');
    expect(attempt).toThrow(VersionCapTooLow);
  });
});
