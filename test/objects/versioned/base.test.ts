import { describe, expect, test } from 'vitest';
import { ObjectActionError, OrphanedObjectError, ReadOnlyFieldError, ValueError } from '#errors';
import { CellMapping } from '#objects/mapping/cell-mapping';
import { ComputeNode } from '#objects/compute/compute-node';
import { Flavor } from '#objects/api/flavor';
import { Instance } from '#objects/instance/instance';
import { InstanceMapping } from '#objects/mapping/instance-mapping';
import { Migration } from '#objects/migration/migration';
import { NetworkRequest } from '#objects/network/network-request';
import { RequestSpec } from '#objects/request-spec/request-spec';
import { Tag, TagList } from '#objects/instance/tag';

describe('a field', () => {
  test('takes numeric text as an integer', () => {
    const instance = Instance.make();
    instance.assign('memory_mb', ' 512 ');

    expect(instance.get('memory_mb')).toBe(512);
  });

  test.each([
    ['memory_mb', 'many'],
    ['metadata', []],
    ['flavor', {}],
    ['created_at', '2018-02-31T00:00:00Z'],
    ['access_ip_v4', '::1'],
    ['id', null],
    ['tags', TagList],
  ])('%s refuses what does not fit', (name, value) => {
    const assign = () => {
      Instance.make().assign(name, value);
    };

    expect(assign).toThrow(ValueError);
  });

  test('an object of another type is refused', () => {
    const instance = Instance.make();

    expect(() => {
      instance.assign('flavor', Tag.make());
    }).toThrow('An object of type Flavor is required in field flavor, not a Tag');
  });

  test('that cannot be null takes its default for null', () => {
    const instance = Instance.make();
    instance.assign('locked', null);

    expect(instance.get('locked')).toBe(false);
  });

  test('an enum refuses other texts', () => {
    expect(() => Migration.make({ migration_type: 'teleport' })).toThrow('is invalid');
  });

  test('addresses are stored in one form', () => {
    const instance = Instance.make({ access_ip_v6: 'FE80:0:0:0::1' });

    expect(instance.get('access_ip_v6')).toBe('fe80::1');
  });

  test('a read-only field can be set once', () => {
    const mapping = InstanceMapping.load({ id: 1 });

    expect(() => mapping.set('id', 2)).toThrow(ReadOnlyFieldError);
    expect(mapping.set('id', 1).changes).toEqual(new Set());
  });

  test('defaults are applied only when asked', () => {
    const spec = RequestSpec.make();

    expect(spec.isSet('num_instances')).toBe(false);
    expect(spec.setDefaults('num_instances').get('num_instances')).toBe(1);
  });
});

describe('an unset field', () => {
  test('INST-17 that no store can load is not lazy-loadable', () => {
    expect(() => Instance.load({ uuid: 'u' }).get('host')).toThrow(
      new ObjectActionError({
        action: 'obj_load_attr',
        reason: 'attribute host not lazy-loadable',
      }),
    );
  });

  test('that a store could load is refused because the object has no context', () => {
    expect(() => Instance.load({}).get('flavor')).toThrow(OrphanedObjectError);
  });

  test('of a type that loads nothing has no implementation', () => {
    expect(() => Tag.make().get('tag')).toThrow(expect.objectContaining({ name: 'NotImplementedError' }));
  });

  test('of a network request reads as null', () => {
    expect(NetworkRequest.make().get('tag')).toBeNull();
  });

  test('of a request spec reads as its default', () => {
    const spec = RequestSpec.load({});

    expect(spec.get('requested_destination')).toBeNull();
    expect(spec.get('security_groups').get('objects')).toEqual([]);
  });

  test.each([
    [1, 1, 'migration'],
    [1, 2, 'resize'],
  ])('the type of an old migration from flavor %i to %i is %s', (from, to, type) => {
    const migration = Migration.load({ old_instance_type_id: from, new_instance_type_id: to });

    expect(migration.get('migration_type')).toBe(type);
  });
});

describe('dirty marks', () => {
  test('setting the same value marks a field dirty', () => {
    const tag = Tag.load({ tag: 't' }).set('tag', 't');

    expect(tag.getChanges()).toEqual({ tag: 't' });
  });

  test('INST-16 system metadata changed in place is dirty', () => {
    const instance = Instance.load({ metadata: {}, system_metadata: { a: 'b' } });
    instance.get('system_metadata')['x'] = 'y';

    expect(instance.getChanges()).toEqual({ system_metadata: { a: 'b', x: 'y' } });
    expect(instance.resetChanges().changes).toEqual(new Set());
  });

  test('another map changed in place is not noticed', () => {
    const node = ComputeNode.load({ stats: {} });
    Object.assign(node.get('stats') ?? {}, { x: 'y' });

    expect(node.changes).toEqual(new Set());
  });

  test('a dirty nested object makes its field dirty', () => {
    const mapping = InstanceMapping.load({ cell_mapping: CellMapping.load({ name: 'c' }) });
    mapping.get('cell_mapping')?.set('name', 'd');

    expect(mapping.changes).toEqual(new Set(['cell_mapping']));
    expect(mapping.resetChanges().changes).toEqual(new Set(['cell_mapping']));
    expect(mapping.resetChanges(undefined, { recursive: true }).isDirty).toBe(false);
  });

  test('a dirty element makes its list dirty', () => {
    const list = TagList.load({ objects: [Tag.load({ tag: 't' })] });
    list.get('objects')[0]?.set('tag', 'u');

    expect(list.changes).toEqual(new Set(['objects']));
  });

  test('named marks are cleared alone', () => {
    const tag = Tag.make({ resource_id: 'r', tag: 't' });

    expect(tag.resetChanges(['tag']).changes).toEqual(new Set(['resource_id']));
  });

  test('extra specs of a flavor count when changed in place', () => {
    const flavor = Flavor.load({ extra_specs: {} });
    flavor.get('extra_specs')['hw:cpu_policy'] = 'dedicated';

    expect(flavor.changes).toEqual(new Set(['extra_specs']));
  });
});

describe('a clone', () => {
  test('is deep and keeps marks and snapshots', () => {
    const flavor = Flavor.load({ vcpus: 1 });
    const instance = Instance.load({ flavor, metadata: { a: 'b' } }).set('host', 'h');
    instance.extra.set('name', 'n');

    const clone = instance.clone();
    clone.get('flavor').set('vcpus', 2);
    clone.get('metadata')['a'] = 'c';

    expect(flavor.get('vcpus')).toBe(1);
    expect(instance.changes).toEqual(new Set(['host']));
    expect(clone.changes).toEqual(new Set(['host', 'flavor', 'metadata']));
    expect(clone.extra).toEqual(new Map([['name', 'n']]));
  });

  test('extra values are never sent', () => {
    const tag = Tag.load({});
    tag.extra.set('colour', 'blue');

    expect(tag.toPrimitive()['nova_object.data']).toEqual({});
  });
});
