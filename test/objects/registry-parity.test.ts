import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NovaObject } from '#objects/base';
import type { Field } from '#objects/field';
import { isMap } from '#objects/primitive';
import { registry } from '#objects/registry';
import type { RemotableMethod } from '#objects/remotable';
import { histories } from './histories.ts';
import { corpusFile, hasCorpus } from '../replay/shared-directory.ts';

const FILE = 'object-registry.json';

/** Recorded calls of computes name these too; a decorator hides them from the registry's listing. */
const UNLISTED: ReadonlySet<string> = new Set([
  'InstanceActionEvent.event_finish_with_failure',
  'TaskLog.get',
  'TaskLogList.get_all',
]);

describe.runIf(hasCorpus(FILE))('the registry of Nova 26', () => {
  test('has the same types, versions, fields and remotable methods', () => {
    const recorded = recordedTypes();

    const ours = Object.fromEntries(
      [...registry].map(([name, type]) => [
        name,
        {
          version: type.version,
          isList: type.isList,
          fields: Object.fromEntries(type.fieldList.map(([field, spec]) => [field, describeField(spec)])),
          remotable: Object.fromEntries(
            Object.entries(type.remotable)
              .filter(([method]) => !UNLISTED.has(`${name}.${method}`))
              .map(([method, spec]) => [method, describeMethod(spec)]),
          ),
        },
      ]),
    );

    expect(ours).toEqual(recorded);
  });

  test('every type tells its history version by version', () => {
    const history = histories();
    const told = [...registry.values()].map((type) => {
      const versions = history.get(type.name) ?? [];
      const gap = versions.findIndex((version, index) => version.split('.')[1] !== String(index));
      return { name: type.name, newest: versions.at(-1), gap };
    });

    expect(told).toEqual([...registry.values()].map(({ name, version }) => ({ name, newest: version, gap: -1 })));
  });
});

function describeField(field: Field<unknown>): Record<string, unknown> {
  return {
    type: field.type,
    nullable: field.nullable,
    read_only: field.readOnly,
    ...(field.fallback === undefined ? {} : { default: describeDefault(field.fallback()) }),
    ...(field.values === undefined ? {} : { values: field.values }),
    ...(field.object === undefined ? {} : { object: field.object, subclasses: field.subclasses }),
    ...(field.element === undefined ? {} : { element: describeField(field.element) }),
  };
}

/** The corpus writes a default that is an object as Python's repr of one without fields set. */
function describeDefault(value: unknown): unknown {
  if (!(value instanceof NovaObject)) return value;
  const fields = value.type.fieldNames.map((name: string) => `${name}=<?>`);
  return `${value.type.name}(${fields.toSorted().join(',')})`;
}

function describeMethod(method: RemotableMethod): Record<string, unknown> {
  const { kind, args, defaults, varargs, varkw } = method;
  return { kind, args, defaults, varargs, varkw };
}

function recordedTypes(): Record<string, unknown> {
  const file: unknown = JSON.parse(readFileSync(corpusFile(FILE), 'utf8'));
  return mapOf(mapOf(file)['objects'], (versions) => {
    const type = mapOf(Array.isArray(versions) ? versions[0] : undefined);
    return {
      version: type['version'],
      isList: type['is_list'],
      fields: mapOf(type['fields'], recordedField),
      remotable: mapOf(type['remotable'], (method) => {
        const { kind, args, defaults, varargs, varkw } = mapOf(method);
        return { kind, args, defaults, varargs: varargs !== null, varkw: varkw !== null };
      }),
    };
  });
}

function recordedField(value: unknown): Record<string, unknown> {
  const field = mapOf(value);
  const names = ['type', 'nullable', 'read_only', 'default', 'values', 'object', 'subclasses'];
  return {
    ...Object.fromEntries(names.filter((name) => Object.hasOwn(field, name)).map((name) => [name, field[name]])),
    ...(Object.hasOwn(field, 'element') ? { element: recordedField(field['element']) } : {}),
  };
}

function mapOf(value: unknown, convert: (item: unknown) => unknown = (item) => item): Record<string, unknown> {
  if (!isMap(value)) throw new Error('the registry file is not as expected');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item)]));
}
