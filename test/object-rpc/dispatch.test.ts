import { CELL_FACTS } from '#records/authority/rules';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { KeyError, NovaError } from '#errors';
import { dictOf } from '#objects/versioned/containers';
import { integer, string } from '#objects/versioned/fields';
import { Migration } from '#objects/migration/migration';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';
import type { AnyType } from '#objects/versioned/any-object';
import { flag } from '#records/arguments';
import type { RecordMethods, Records } from '#records/method';
import { classMethod as servedClass, instanceMethod as servedInstance } from '#records/remotable-method';
import { dispatchOver, objectBackportVersions } from '#object-rpc/dispatch';
import { ExpectedError } from '#wire/failure';
import { conductorBase } from '#object-rpc/base-namespace';
import { rejected } from '../fixtures/rejected.ts';
import { refusal } from '../fixtures/refusal.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { CONTEXT, recordsOn } from '../fixtures/records.ts';

class Generic extends NovaError {
  override readonly name = 'TestingException' as const;
}

const Thing = defineObject({
  name: 'Thing',
  version: '1.10',
  fields: { label: string(), size: integer(), map: dictOf(string()) },
  lazy: ['size'],
  drops: { '1.9': ['map'] },
  remotable: {
    foo: instanceMethod([], { raise: false }),
    mutate: instanceMethod(),
    grow: instanceMethod(),
    bar: classMethod([], { raise: false }),
    make: classMethod(),
    older: classMethod(),
    plain: classMethod(['a'], { b: 1 }),
  },
});

/** A type whose methods answer an object of an older major version. */
const Major = defineObject({
  name: 'Major',
  version: '2.10',
  fields: { label: string() },
  remotable: { older: classMethod() },
});

const types = new Map<string, AnyType>([
  ['Thing', Thing],
  ['Major', Major],
]);

const RAISE = { raise: v.optional(flag, false) };

/** What the methods saw of the world. */
const seen: Records[] = [];

const METHODS = new Map<string, RecordMethods>([
  [
    'Major',
    {
      class: {
        older: servedClass({ schema: {}, authority: CELL_FACTS }, () =>
          Promise.resolve(Major.rebuild({ version: '1.9', values: new Map(), changes: new Set<string>() })),
        ),
      },
    },
  ],
  [
    'Thing',
    {
      instance: {
        foo: servedInstance({ schema: RAISE, authority: CELL_FACTS }, async (_records, _object, { raise }) => {
          await Promise.resolve();
          if (raise) throw new Generic('test');
          return 'test';
        }),
        mutate: servedInstance({ schema: {}, authority: CELL_FACTS }, async (_records, object) => {
          await Promise.resolve();
          const map: unknown = object.peek('map');
          if (typeof map === 'object' && map !== null) Object.assign(map, { foo: 'bar' });
          object.resetChanges();
          return null;
        }),
        grow: servedInstance({ schema: {}, authority: CELL_FACTS }, async (_records, object) => {
          await Promise.resolve();
          object.assign('size', 3);
          return null;
        }),
      },
      class: {
        bar: servedClass({ schema: RAISE, authority: CELL_FACTS }, async (records, { raise }) => {
          await Promise.resolve();
          seen.push(records);
          if (raise) throw new Generic('test');
          return 'test';
        }),
        make: servedClass({ schema: {}, authority: CELL_FACTS }, () =>
          Promise.resolve(Thing.load({ label: 'x', map: {} })),
        ),
        older: servedClass({ schema: {}, authority: CELL_FACTS }, () =>
          Promise.resolve(
            Thing.rebuild({ version: '1.9', values: new Map([['label', 'x']]), changes: new Set<string>() }),
          ),
        ),
        plain: servedClass({ schema: { a: v.unknown() }, authority: CELL_FACTS }, (_records, { a }) =>
          Promise.resolve(a === undefined ? null : { a: 1 }),
        ),
      },
    },
  ],
]);

const { objectAction, objectClassActionVersions } = dispatchOver(types, (name) => Promise.resolve(METHODS.get(name)));

const records = (): Records => recordsOn(memoryTables().tables);

const thing = (fields: Parameters<typeof Thing.load>[0]) => Thing.load(fields).toPrimitive();

const call = (objmethod: string, versions: Record<string, string>, kwargs = {}, objname = 'Thing') =>
  objectClassActionVersions(records(), { objname, objmethod, object_versions: versions, args: [], kwargs });

const act = (objmethod: string, objinst = thing({ label: 'x' }), kwargs = {}) =>
  objectAction(records(), { objinst, objmethod, args: [], kwargs });

describe('object_action', () => {
  it('OBJ-02 answers updates with the dirty fields alone, and the result', async () => {
    const answer = await act('foo');

    expect(answer).toEqual([{ obj_what_changed: [] }, 'test']);
  });

  it('OBJ-03 an error of the method is expected and keeps its type and text', async () => {
    const error = await refusal(act('foo', thing({ label: 'x' }), { raise: true }));

    expect(error).toMatchObject({ name: 'TestingException', message: 'test' });
  });

  it('OBJ-06 an unknown method is an expected error', async () => {
    const error = await refusal(act('nope'));

    expect(error).toMatchObject({
      name: 'AttributeError',
      message: "'Thing' object has no attribute 'nope'",
    });
  });

  it('OBJ-07 a map changed in place is in the updates', async () => {
    const answer = await act('mutate', thing({ map: {} }));

    expect(answer).toEqual([{ map: { foo: 'bar' }, obj_what_changed: [] }, null]);
  });

  it('OBJ-08 a field that the method sets is in the updates', async () => {
    const answer = await act('grow');

    expect(answer).toEqual([{ size: 3, obj_what_changed: ['size'] }, null]);
  });

  it('OBJ-09 unset fields are not loaded to compare', async () => {
    const answer = await act('foo', thing({}));

    expect(answer).toEqual([{ obj_what_changed: [] }, 'test']);
  });

  it('a class method cannot be called on an object', async () => {
    const error = await refusal(act('bar'));

    expect(error.name).toBe('AttributeError');
  });
});

describe('object_class_action_versions', () => {
  it('OBJ-04 gives the method the context of the request', async () => {
    const answer = await call('bar', { Thing: '1.0' });

    expect(answer).toBe('test');
    expect(seen.at(-1)?.context).toBe(CONTEXT);
  });

  it('OBJ-05 an error of the method is expected', async () => {
    const error = await refusal(call('bar', { Thing: '1.0' }, { raise: true }));

    expect(error.message).toBe('test');
  });

  it('OBJ-10 a newer result is lowered to what the caller knows', async () => {
    const answer = await call('make', { Thing: '1.2', Other: '1.0' });

    expect(answer).toMatchObject({ 'nova_object.version': '1.2', 'nova_object.data': { label: 'x' } });
    expect(answer).not.toHaveProperty(['nova_object.data', 'map']);
  });

  it('OBJ-11 versions compare by number', async () => {
    const answer = await call('make', { Thing: '1.9' });

    expect(answer).toMatchObject({ 'nova_object.version': '1.9' });
  });

  it('OBJ-12 an older result is answered as it is', async () => {
    const answer = await call('older', { Thing: '1.10' });

    expect(answer).toMatchObject({ 'nova_object.version': '1.9' });
  });

  it('OBJ-13 a result of another major version cannot be made what was asked', async () => {
    const error = await rejected(call('older', { Major: '2.10' }, {}, 'Major'));

    expect(error).toMatchObject({ name: 'InvalidTargetVersion' });
    expect(error).not.toBeInstanceOf(ExpectedError);
  });

  it('OBJ-14 a result that is no object is answered as it is', async () => {
    const answer = await call('plain', { Thing: '1.10' }, { a: 1 });

    expect(answer).toEqual({ a: 1 });
  });

  it('OBJ-15 an unknown type is not expected', async () => {
    const error = await rejected(call('x', { Ghost: '1.0' }, {}, 'Ghost'));

    expect(error).toMatchObject({ name: 'UnsupportedObjectError' });
  });

  it('OBJ-16 a version too new is not expected and names both', async () => {
    const error = await rejected(call('bar', { Thing: '1.11' }));

    expect(error).toMatchObject({
      name: 'IncompatibleObjectVersion',
      params: { objname: 'Thing', objver: '1.11', supported: '1.10' },
    });
  });

  it('a type that the manifest leaves out is a key error', async () => {
    const error = await rejected(call('bar', {}));

    expect(error).toBeInstanceOf(KeyError);
  });

  it.each([
    [[], {}, "Thing.plain() missing 1 required positional argument: 'a'"],
    [[1, 2, 3], {}, 'Thing.plain() takes from 3 to 4 positional arguments but 5 were given'],
    [[1], { a: 2 }, "Thing.plain() got multiple values for argument 'a'"],
    [[1], { c: 2 }, "Thing.plain() got an unexpected keyword argument 'c'"],
  ])('arguments %j %j fail as in Python', async (args, kwargs, message) => {
    const request = { objname: 'Thing', objmethod: 'plain', object_versions: { Thing: '1.10' }, args, kwargs };

    const error = await refusal(objectClassActionVersions(records(), request));

    expect(error).toMatchObject({ name: 'TypeError', message });
  });
});

describe('the base namespace', () => {
  it('OBJ-01 provider_fw_rule_get_all answers an empty list and reads nothing', async () => {
    const { tables, requests } = memoryTables();
    const method = conductorBase[0]?.methods['provider_fw_rule_get_all'];

    const answer = await method?.(recordsOn(tables), {});

    expect(answer).toEqual([]);
    expect(requests).toEqual([]);
  });
});

describe('object_backport_versions', () => {
  it('OBJ-17 lowers an object to the version asked for', async () => {
    const objinst = Migration.load({ id: 1, uuid: 'u-1', status: 'done' }).toPrimitive();

    const answer = await objectBackportVersions(records(), { objinst, object_versions: { Migration: '1.4' } });

    expect(answer).toMatchObject({ 'nova_object.version': '1.4', 'nova_object.data': { id: 1, status: 'done' } });
    expect(answer).not.toHaveProperty(['nova_object.data', 'uuid']);
  });
});
