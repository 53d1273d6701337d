import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowerMessage, older, secondTopic, spokenBy } from '#conductor/compute-rpc';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';

describe('orders to older computes', () => {
  test('RPC-14 a cap below 5.0 is refused: it is not served', () => {
    expect(() => lowerMessage('prep_resize', {}, '4.18')).toThrow('4.18');
  });

  test('below 6.0 prep_resize calls the flavor instance_type', () => {
    expect(lowerMessage('prep_resize', { flavor: 1, node: 'n' }, '5.13')).toEqual({
      args: { instance_type: 1, node: 'n' },
      version: '5.13',
    });
  });

  test('below 5.3 the question to a destination has neither migration nor limits', () => {
    const question = { instance: 1, migration: 2, limits: null };

    expect(lowerMessage('check_can_live_migrate_destination', question, '5.2').args).toEqual({ instance: 1 });
    expect(lowerMessage('check_can_live_migrate_destination', question, '6.1').version).toBe('6.0');
  });

  test.each([
    ['build_and_run_instance', '5.11', '5.10', 'accel_uuids'],
    ['check_can_live_migrate_destination', '5.3', '5.2', 'migration'],
    ['rebuild_instance', '5.12', '5.11', 'accel_uuids'],
    ['unshelve_instance', '5.13', '5.12', 'accel_uuids'],
    ['unshelve_instance', '5.2', '5.1', 'request_spec'],
    ['prep_snapshot_based_resize_at_dest', '5.13', '6.0', 'request_spec'],
    ['finish_snapshot_based_resize_at_dest', '5.13', '6.5', 'request_spec'],
    ['finish_snapshot_based_resize_at_dest', '5.7', '6.0', 'request_spec'],
  ])('%s at a cap of %s has, and of %s has not, %s', (method, has, hasNot, argument) => {
    const sent = [has, hasNot].map((cap) => lowerMessage(method, { instance: 1, [argument]: 2 }, cap).args);

    expect(sent).toEqual([{ instance: 1, [argument]: 2 }, { instance: 1 }]);
  });

  test.each([
    ['cache_images', '5.3', '5.4'],
    ['confirm_snapshot_based_resize_at_source', '5.7', '5.8'],
    ['prep_snapshot_based_resize_at_dest', '5.4', '5.5'],
  ])('%s is refused at a cap of %s, which does not know it, and sent at %s', (method, before, since) => {
    expect(() => lowerMessage(method, {}, before)).toThrow(expect.objectContaining({ name: 'UnsupportedVersion' }));
    expect(lowerMessage(method, {}, since).version).toBe(since);
  });

  test('that has never changed goes with all that it says, under the same names', () => {
    const name = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('flavor', 'request_spec', 'accel_uuids'));
    const cap = fc.oneof(
      fc.nat(13).map((minor) => `5.${minor}`),
      fc.constant('6.0'),
    );

    fc.assert(
      fc.property(fc.dictionary(name, fc.nat()), cap, (args, version) => {
        expect(lowerMessage('live_migration', args, version)).toEqual({ args, version });
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  test('from 6.0 on prep_resize calls the flavor by its name', () => {
    expect(lowerMessage('prep_resize', { flavor: 1 }, '6.0').args).toEqual({ flavor: 1 });
  });

  test.each([
    ['live_migration', '6.5', { topic: 'compute-alt' }],
    ['finish_snapshot_based_resize_at_dest', '6.6', { topic: 'compute-alt' }],
    ['live_migration', '6.4', {}],
    ['build_and_run_instance', '6.5', {}],
  ])('%s at a cap of %s is for the topic %o', (method, cap, topic) => {
    expect(secondTopic(method, cap)).toEqual(topic);
  });

  test('of any two versions that differ exactly one is the older', () => {
    const version = fc.tuple(fc.nat(9), fc.nat(20)).map((parts) => parts.join('.'));

    fc.assert(
      fc.property(version, version, (one, other) => {
        expect(older(one, other) !== older(other, one)).toBe(one !== other);
      }),
      { numRuns: PROPERTY_RUNS },
    );
    expect(older('5.9', '5.11')).toBe(true);
  });

  test.each([
    ['6.5', '6.2', { instance: 1, reimage_boot_volume: false, target_state: null }],
    ['6.1', '6.1', { instance: 1, reimage_boot_volume: false }],
    ['6.0', '6.0', { instance: 1 }],
  ])('a rebuild at a cap of %s goes as %s with the arguments that this knows (VERS-07)', (cap, version, args) => {
    const order = { instance: 1, reimage_boot_volume: false, target_state: null };

    expect(lowerMessage('rebuild_instance', order, cap)).toEqual({ version, args });
  });

  test.each([
    [29, undefined],
    [30, '5.0'],
    [36, '5.0'],
    [64, '6.1'],
    [66, '6.2'],
    [67, '6.3'],
    [70, '6.4'],
    [71, '6.5'],
    [74, '6.5'],
  ])('a cell whose oldest compute is of service version %i is spoken to in %s', (service, version) => {
    expect(spokenBy(service)).toBe(version);
  });
});
