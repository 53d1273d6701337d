import { describe, expect, test } from 'vitest';
import { IncompatibleObjectVersion, UnsupportedObjectError } from '#errors';
import { BlockDeviceMapping } from '#objects/instance/block-device-mapping';
import { BuildRequest } from '#objects/instance/build-request';
import { CellMapping } from '#objects/mapping/cell-mapping';
import { ComputeNode } from '#objects/compute/compute-node';
import { Destination } from '#objects/request-spec/destination';
import { Flavor } from '#objects/api/flavor';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { Instance } from '#objects/instance/instance';
import { InstanceGroup } from '#objects/api/instance-group';
import { InstanceMapping } from '#objects/mapping/instance-mapping';
import { KeyPairList } from '#objects/api/key-pair';
import { isOfType } from '#objects/versioned/object-type';
import type { Manifest } from '#objects/versioned/primitive';
import { registry } from '#objects/registry';
import { RequestSpec } from '#objects/request-spec/request-spec';
import { SecurityGroupList } from '#objects/api/security-group';
import { deserializeEntity, serializeEntity } from '#objects/versioned/serializer';
import { ServiceList } from '#objects/compute/service';
import { Tag } from '#objects/instance/tag';

const MAPPING = {
  'nova_object.name': 'InstanceMapping',
  'nova_object.namespace': 'nova',
  'nova_object.version': '1.2',
  'nova_object.data': { project_id: 'p-blue' },
};

function data(primitive: Record<string, unknown>): unknown {
  return primitive['nova_object.data'];
}

function flavor() {
  return Flavor.load({ id: 1, description: 'd' });
}

function tag(text: string) {
  return Tag.load({ resource_id: 'r', tag: text });
}

describe('an object on the wire', () => {
  test('WIRE-01 only set fields travel', () => {
    const mapping = InstanceMapping.make({ id: 41, project_id: 'p' });

    const primitive = mapping.toPrimitive();

    expect(primitive['nova_object.data']).toEqual({ id: 41, project_id: 'p' });
  });

  test('WIRE-02 a clean object has no changes key', () => {
    expect(tag('t').toPrimitive()).not.toHaveProperty(['nova_object.changes']);
  });

  test('WIRE-03 dirty fields are listed', () => {
    const changed = tag('t').set('tag', 'u');

    expect(changed.toPrimitive()['nova_object.changes']).toEqual(['tag']);
  });

  test.each(['2018-02-08T12:00:00Z', '2018-02-08 12:00:00', '2018-02-08T14:00:00.123+02:00'])(
    'WIRE-04 the time %s travels in UTC without a fraction',
    (time) => {
      const instance = Instance.make({ created_at: time });

      expect(instance.toPrimitive()['nova_object.data']).toEqual({
        created_at: '2018-02-08T12:00:00Z',
      });
    },
  );

  test('WIRE-05 a round trip keeps null and unset apart', () => {
    const request = BuildRequest.make({ created_at: null });

    const back = fromPrimitive(request.toPrimitive(), registry);

    expect(back.get('created_at')).toBeNull();
    expect(back.isSet('updated_at')).toBe(false);
  });

  test('WIRE-06 the third version part is ignored when it is not known', () => {
    const received = fromPrimitive({ ...MAPPING, 'nova_object.version': '1.2.2' }, registry);

    expect(received.version).toBe('1.2');
  });

  test('an older version is kept as received', () => {
    const received = fromPrimitive({ ...MAPPING, 'nova_object.version': '1.0' }, registry);

    expect(received.toPrimitive()['nova_object.version']).toBe('1.0');
  });

  test.each(['1.3', '2.0', '0.9'])('version %s is incompatible', (version) => {
    const receive = () => fromPrimitive({ ...MAPPING, 'nova_object.version': version }, registry);

    expect(receive).toThrow(
      new IncompatibleObjectVersion({
        objname: 'InstanceMapping',
        objver: version,
        supported: '1.2',
      }),
    );
  });

  test('WIRE-07 a wrong namespace is refused', () => {
    const other = { ...MAPPING, 'nova_object.namespace': 'other' };

    expect(() => fromPrimitive(other, registry)).toThrow(UnsupportedObjectError);
  });

  test.each(['Ghost', '__proto__', 'constructor', 'toString'])('the unknown name %s is refused', (name) => {
    const receive = () => fromPrimitive({ ...MAPPING, 'nova_object.name': name }, registry);

    expect(receive).toThrow(new UnsupportedObjectError({ objtype: name }));
  });

  test('WIRE-08 unknown data keys and their changes are ignored', () => {
    const received = fromPrimitive(
      {
        ...MAPPING,
        'nova_object.data': { project_id: 'p', zzz: 1 },
        'nova_object.changes': ['zzz', 'project_id'],
      },
      registry,
    );

    expect(received.setFields).toEqual(['project_id']);
    expect(received.changes).toEqual(new Set(['project_id']));
  });

  test('names that every JavaScript object has are harmless keys', () => {
    const json: unknown = JSON.parse(
      JSON.stringify(Instance.make({ metadata: {} }).toPrimitive()).replace(
        '"metadata":{}',
        '"metadata":{"__proto__":"a","constructor":"b"},"__proto__":{"x":1},"toString":1',
      ),
    );

    const back = fromPrimitive(json, registry).toPrimitive();

    expect(JSON.stringify(back['nova_object.data'])).toBe('{"metadata":{"__proto__":"a","constructor":"b"}}');
  });

  test('WIRE-09 objects inside containers come back as objects', () => {
    const sent = serializeEntity({ a: [tag('1'), tag('2')], b: { c: tag('3') } });
    const back = deserializeEntity(JSON.parse(JSON.stringify(sent)), registry);

    expect(serializeEntity(back)).toEqual(sent);
    expect(back).toMatchObject({ a: [{ type: Tag }, { type: Tag }], b: { c: { type: Tag } } });
  });

  test('WIRE-10 sets become lists', () => {
    expect(serializeEntity({ hosts: new Set(['a', 'b']) })).toEqual({ hosts: ['a', 'b'] });
  });
});

describe('a lowered object', () => {
  test('WIRE-11 nested objects are lowered by the manifest', () => {
    const spec = RequestSpec.load({ flavor: flavor() });

    const lowered = spec.toPrimitive({ manifest: { RequestSpec: '1.15', Flavor: '1.1' } });

    expect(lowered['nova_object.version']).toBe('1.15');
    expect(data(lowered)).toMatchObject({
      flavor: { 'nova_object.version': '1.1', 'nova_object.data': { id: 1 } },
    });
    expect(JSON.stringify(lowered)).not.toContain('description');
  });

  test('WIRE-12 a nested type that the manifest does not list stays as it is', () => {
    const spec = RequestSpec.load({ flavor: flavor(), security_groups: SecurityGroupList.load({}) });

    const lowered = spec.toPrimitive({ targetVersion: '1.7', manifest: { RequestSpec: '1.7' } });

    expect(data(lowered)).toEqual({ flavor: flavor().toPrimitive() });
  });

  test('WIRE-13 an instance loses services, keypairs and device metadata step by step', () => {
    const instance = Instance.load({
      device_metadata: null,
      keypairs: KeyPairList.load({}),
      services: ServiceList.load({}),
    });
    const at = (version: string) => {
      const manifest: Manifest = { Instance: version };
      return Object.keys(Object(data(instance.toPrimitive({ targetVersion: version, manifest }))));
    };

    expect(at('2.2').toSorted()).toEqual(['keypairs', 'services']);
    expect(at('2.1')).toEqual(['services']);
    expect(at('2.0')).toEqual([]);
  });

  test('WIRE-14 a block device loses uuid, attachment and tag step by step', () => {
    const device = BlockDeviceMapping.load({ uuid: 'u', attachment_id: 'a', tag: 't' });
    const at = (targetVersion: string) => data(device.toPrimitive({ targetVersion }));

    expect(at('1.18')).toEqual({ attachment_id: 'a', tag: 't' });
    expect(at('1.17')).toEqual({ tag: 't' });
    expect(at('1.16')).toEqual({});
  });

  test('WIRE-15 a destination below 1.1 has no cell', () => {
    const destination = Destination.load({ host: 'h', cell: CellMapping.load({ id: 1 }) });

    const lowered = destination.toPrimitive({
      targetVersion: '1.0',
      manifest: { Destination: '1.0' },
    });

    expect(data(lowered)).toEqual({ host: 'h' });
  });

  test('WIRE-16 an old group has empty metadetails', () => {
    const group = InstanceGroup.load({ policy: 'affinity' });

    expect(data(group.toPrimitive({ targetVersion: '1.6' }))).toEqual({
      policies: ['affinity'],
      metadetails: {},
    });
  });

  test('WIRE-17 an old compute node without a service has the service id -1', () => {
    const node = ComputeNode.load({ service_id: null });

    const lowered = node.toPrimitive({ targetVersion: '1.12' });

    expect(data(lowered)).toEqual({ service_id: -1 });
  });

  test('OBJ-18 a newer target is refused', () => {
    expect(() => tag('t').toPrimitive({ targetVersion: '1.2' })).toThrow('Invalid target version 1.2');
  });

  test('a nested object without a manifest has no rule', () => {
    const spec = RequestSpec.load({ flavor: flavor() });

    expect(() => spec.toPrimitive({ targetVersion: '1.13' })).toThrow(
      expect.objectContaining({
        name: 'ObjectActionError',
        module: 'oslo_versionedobjects.exception',
        message: 'Object action obj_make_compatible failed because: No rule for flavor',
      }),
    );
  });

  test('changes name only what is left', () => {
    const device = BlockDeviceMapping.make({ uuid: 'u', tag: 't' });

    const lowered = device.toPrimitive({ targetVersion: '1.18' });

    expect(lowered['nova_object.changes']).toEqual(['tag']);
  });

  test('the object itself is not touched', () => {
    const device = BlockDeviceMapping.make({ uuid: 'u' });
    device.toPrimitive({ targetVersion: '1.0' });

    expect(isOfType(BlockDeviceMapping, device)).toBe(true);
    expect(device.get('uuid')).toBe('u');
  });
});
