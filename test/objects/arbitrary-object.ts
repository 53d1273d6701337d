import * as fc from 'fast-check';
import type { AnyObject, AnyType, Field } from '#objects/versioned/any-object';
import { registry } from '#objects/registry';

/** Any object of the registry with any of its fields set, some of them dirty, nested up to two deep. */
export function arbitraryObject(): fc.Arbitrary<AnyObject> {
  return fc.constantFrom(...registry.values()).chain((type) => ofType(type, 2));
}

function ofType(type: AnyType, depth: number): fc.Arbitrary<AnyObject> {
  const fields = type.fieldList.filter(([, field]) => depth > 0 || !holdsObject(field));
  const values = Object.fromEntries(fields.map(([name, field]) => [name, valueOf(field, depth)]));
  return fc.tuple(fc.record(values, { requiredKeys: [] }), fc.nat()).map(([given, marks]) => {
    const object = type.make(given);
    const clean = object.setFields.filter((_, index) => ((marks >> index % 31) & 1) === 1);
    object.resetChanges(clean);
    return object;
  });
}

function valueOf(field: Field<unknown>, depth: number): fc.Arbitrary<unknown> {
  const value = plainValueOf(field, depth);
  return field.nullable ? fc.option(value, { nil: null, freq: 4 }) : value;
}

function plainValueOf(field: Field<unknown>, depth: number): fc.Arbitrary<unknown> {
  const { element, values, object } = field;
  if (object !== undefined) {
    const type = registry.get(object);
    return type === undefined ? fc.constant(null) : ofType(type, depth - 1);
  }
  if (values !== undefined) return fc.constantFrom(...values);
  if (element !== undefined) {
    const item = valueOf(element, depth);
    if (field.type === 'Dict') return fc.dictionary(fc.string(), item, { maxKeys: 2 });
    return field.type === 'Set' ? fc.uniqueArray(item, { maxLength: 3 }) : fc.array(item, { maxLength: 2 });
  }
  return scalars[field.type] ?? fc.string();
}

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  Integer: fc.integer(),
  Float: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  Boolean: fc.boolean(),
  FlexibleBoolean: fc.boolean(),
  DateTime: fc
    .date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`),
  UUID: fc.uuid(),
  IPAddress: fc.oneof(fc.ipV4(), fc.ipV6()),
  IPV4Address: fc.ipV4(),
  IPV6Address: fc.ipV6(),
  MACAddress: fc.constant('fa:16:3e:00:00:01'),
  USBAddress: fc.constant('0:1'),
  SCSIAddress: fc.constant('0:0:0:1'),
  IDEAddress: fc.constant('0:1'),
  XenAddress: fc.constant('000100'),
  PCIAddress: fc.constant('0000:00:01.0'),
  ResourceClass: fc.constant('CUSTOM_PMEM'),
  VersionPredicate: fc.constant('>=1.0,<6.0'),
};

function holdsObject(field: Field<unknown>): boolean {
  return field.object !== undefined || field.element?.object !== undefined;
}
