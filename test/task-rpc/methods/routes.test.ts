import { describe, expect, it } from 'vitest';
import type { JsonMap } from '#ports/json';
import { mustHaveArguments } from '#task-rpc/methods/arguments';
import { computeTask } from '#task-rpc/methods/list';
import { newObject } from '#wire/wire';
import { CONTEXT, UUID } from '../../fixtures/records.ts';
import { flavor, instance, other, OTHER, routeOf, selection, spec } from './route-of.ts';

const MIGRATION = '33333333-3333-4333-8333-333333333333';

describe('migrate_server', () => {
  const args = {
    instance,
    scheduler_hint: {},
    live: false,
    rebuild: false,
    flavor,
    block_migration: null,
    disk_over_commit: null,
    request_spec: spec,
  };
  const hosts = [['host1', 'node1']];

  it('resizes, with a clean shutdown unless it is asked otherwise', () => {
    const hint = { filter_properties: { retry: { num_attempts: 1, hosts }, other: 1 } };
    const route = routeOf('migrate_server', { ...args, scheduler_hint: hint });

    expect(route).toMatchObject({
      kind: 'workflow',
      workflow: 'cold-migrate',
      attempt: 1,
      answers: true,
      common: { arguments: { clean_shutdown: true, flavor, host_list: null } },
      state: { server: UUID, entry: 'move', attempt: 1, tried: hosts },
    });
    expect(route).toHaveProperty('common.arguments.filter_properties', { other: 1 });
  });

  it.each([
    ['the reason that the compute gives', { exc_reason: 'no disk', exc: ['late\n'] }, 'no disk'],
    ['the last line of its traceback', { exc: ['Traceback\n', 7, ' NoDisk: none \n'] }, 'NoDisk: none'],
    ['that there is none', {}, 'no reason given'],
    ['the beginning of a long one', { exc_reason: 'y'.repeat(1001) }, 'y'.repeat(1000)],
  ])('goes on elsewhere with %s', (_title, said, reason) => {
    const retry = { num_attempts: 2, hosts, ...said };

    const route = routeOf('migrate_server', {
      ...args,
      scheduler_hint: { filter_properties: { retry } },
      host_list: [selection],
    });

    expect(route).toMatchObject({
      kind: 'reschedule',
      operation: 'cold-migrate',
      uuid: UUID,
      attempt: 2,
      reason,
      otherwise: { attempt: 2, state: { entry: 'reschedule', attempt: 2, tried: hosts } },
    });
  });

  it('moves live without a flavor, to the host that is named', () => {
    const live = { ...args, live: true, flavor: null, scheduler_hint: { host: 'host2' } };

    expect(routeOf('migrate_server', live)).toMatchObject({
      workflow: 'live-migrate',
      answers: true,
      instances: [{ uuid: UUID, document: null }],
      state: { server: UUID, method: 'migrate_server', destination: 'host2' },
    });
  });

  it.each([
    ['live with a flavor', { live: true }],
    ['live and a rebuild', { live: true, rebuild: true, flavor: null }],
    ['a rebuild', { rebuild: true }],
    ['neither', { flavor: null }],
  ])('has no implementation for %s', (_title, changes) => {
    expect(routeOf('migrate_server', { ...args, ...changes })).toMatchObject({
      kind: 'workflow',
      workflow: 'cold-migrate',
      attempt: 0,
      state: { entry: 'unsupported', attempt: 0, tried: [] },
    });
  });
});

const message = (version: string) => ({ method: 'rebuild_instance', version, args: { target_state: null } });

describe('an argument that came later than its method', () => {
  const { since } = computeTask.methods['rebuild_instance'] ?? {};

  it.each(['1.25', '1.26'])('is taken in a message of %s', (version) => {
    expect(() => mustHaveArguments(message(version), since)).not.toThrow();
  });

  it.each(['1.8', '1.24'])('is refused by name in one of %s', (version) => {
    expect(() => mustHaveArguments(message(version), since)).toThrow(/target_state.*1\.25.*/u);
  });
});

/** The arguments of `cache_images` for an aggregate of so many hosts. */
const aggregate = (hosts: number) => {
  const named = Array.from({ length: hosts }, (_, at) => `host${at}`);
  return { aggregate: newObject('Aggregate', '1.3', { uuid: OTHER, hosts: named }), image_ids: ['i1'] };
};

describe('other methods', () => {
  const nameless = newObject('Instance', '2.7', {});
  const live = { instance, scheduler_hint: {}, block_migration: true, disk_over_commit: false, request_spec: null };
  const volume = { instance, volume: { id: 'v1' }, device: null, disk_bus: null, device_type: null };
  const migration = newObject('Migration', '1.7', { uuid: MIGRATION });
  const rebuilt = {
    instance,
    orig_image_ref: null,
    image_ref: null,
    injected_files: [],
    new_pass: null,
    orig_sys_metadata: null,
    bdms: null,
    recreate: false,
    on_shared_storage: false,
  };

  it.each([
    [
      'live_migrate_instance',
      live,
      { workflow: 'live-migrate', answers: true, state: { server: UUID, destination: null } },
    ],
    ['rebuild_instance', rebuilt, { workflow: 'rebuild', state: { server: UUID } }],
    ['rebuild_instance', rebuilt, { common: { arguments: { preserve_ephemeral: false, reimage_boot_volume: false } } }],
    ['unshelve_instance', { instance }, { workflow: 'unshelve', common: { arguments: { request_spec: null } } }],
    ['attach_volume', volume, { workflow: 'attach-volume', answers: true, state: { server: UUID, volume: 'v1' } }],
    ['attach_volume', volume, { common: { arguments: { delete_on_termination: false, supports_multiattach: false } } }],
    ['cache_images', aggregate(1000), { workflow: 'cache-images', instances: [{ uuid: OTHER, document: null }] }],
    [
      'confirm_snapshot_based_resize',
      { instance, migration },
      { workflow: 'confirm-across-cells', answers: true, byItsHost: true, state: { migration: MIGRATION } },
    ],
    [
      'revert_snapshot_based_resize',
      { instance, migration },
      { workflow: 'revert-across-cells', answers: true, byItsHost: false, state: { migration: MIGRATION } },
    ],
  ])('%s leads to its workflow', (method, args, expected) => {
    const of = 'aggregate' in args ? OTHER : UUID;
    // What a method takes is what its workflow finds; a hint says where a server goes, and is read.
    const kept = Object.fromEntries(Object.entries(args).filter(([name]) => name !== 'scheduler_hint'));

    const route = routeOf(method, args);

    expect(route).toMatchObject({ kind: 'workflow', attempt: 0, ...expected });
    expect(route).toMatchObject({ instances: [{ uuid: of, document: null }] });
    expect(route).toHaveProperty('common.context', CONTEXT);
    expect(route).toMatchObject({ common: { arguments: kept } });
  });

  it.each<readonly [string, JsonMap, RegExp]>([
    ['live_migrate_instance', { ...live, instance: nameless }, /an Instance with a uuid/u],
    ['rebuild_instance', { ...rebuilt, instance: nameless }, /an Instance with a uuid/u],
    ['unshelve_instance', { instance: other, request_spec: instance }, /request_spec/u],
    ['attach_volume', { ...volume, volume: {} }, /a volume with an id/u],
    ['cache_images', aggregate(1001), /at most 1000 hosts are served at once, not 1001/u],
    ['cache_images', { aggregate: newObject('Aggregate', '1.3', {}), image_ids: [] }, /an Aggregate with a uuid/u],
    [
      'confirm_snapshot_based_resize',
      { instance, migration: newObject('Migration', '1.7', {}) },
      /a Migration with a uuid/u,
    ],
  ])('%s is refused with what it does not take', (method, args, reason) => {
    expect(() => routeOf(method, args)).toThrow(reason);
  });

  it('names an argument that is not what it is to be, and says nothing of its value', () => {
    const args = { ...rebuilt, recreate: 's3cret' };

    expect(() => routeOf('rebuild_instance', args)).toThrow(/recreate/u);
    expect(() => routeOf('rebuild_instance', args)).not.toThrow(/s3cret/u);
  });
});
