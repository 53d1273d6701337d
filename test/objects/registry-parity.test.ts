import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AnyType, Field } from '#objects/versioned/any-object';
import { registry } from '#objects/registry';
import type { RemotableMethod } from '#objects/versioned/remotable';
import { compareVersions } from '#objects/versioned/version';
import { describeField, mapOf, recordedField } from './described-field.ts';
import { corpusFile, hasCorpus, type Corpus } from '../replay/shared-directory.ts';

const FILE = 'object-registry.json';

/** Recorded calls of computes name these too; a decorator hides them from the registry's listing. */
const UNLISTED: ReadonlySet<string> = new Set([
  'InstanceActionEvent.event_finish_with_failure',
  'TaskLog.get',
  'TaskLogList.get_all',
]);

/** What a field may hold since 26, and what a type answers since then. */
const LATER_VALUES: ReadonlySet<string> = new Set(['igb']);
const LATER_METHODS: ReadonlySet<string> = new Set(['RequestSpec.get_by_instance_uuids']);

describe.runIf(hasCorpus(FILE, 'corpus-34'))('the registry of Nova 34', () => {
  test('has the same types, versions, fields and remotable methods', () => {
    const recorded = recordedTypes('corpus-34');

    const ours = Object.fromEntries([...registry].map(([name, type]) => [name, describeType(type)]));

    expect(ours).toEqual(recorded);
  });
});

describe.runIf(hasCorpus(FILE))('the registry of Nova 26', () => {
  test('has the same types, fields and remotable methods, less what came later', () => {
    const recorded = recordedTypes('corpus');

    const ours = Object.fromEntries(
      [...registry].flatMap(([name, type]) => {
        const version = mapOf(recorded[name] ?? {})['version'];
        return typeof version === 'string' ? [[name, describeType(type, version)]] : [];
      }),
    );

    expect(ours).toEqual(recorded);
  });
});

/** A type as it was in a version: without the fields, values and methods that came later. */
function describeType(type: AnyType, version = type.version): Record<string, unknown> {
  const isOld = version !== type.version;
  const later = new Set(type.drops.flatMap(([since, names]) => (compareVersions(version, since) < 0 ? names : [])));
  return {
    version,
    isList: type.isList,
    fields: Object.fromEntries(
      type.fieldList
        .filter(([field]) => !later.has(field))
        .map(([field, spec]) => [field, describeField(isOld ? withoutLater(spec) : spec)]),
    ),
    remotable: Object.fromEntries(
      Object.entries(type.remotable)
        .filter(([method]) => !UNLISTED.has(`${type.name}.${method}`))
        .filter(([method]) => !(isOld && LATER_METHODS.has(`${type.name}.${method}`)))
        .map(([method, spec]) => [method, describeMethod(spec)]),
    ),
  };
}

const withoutLater = (field: Field<unknown>): Field<unknown> =>
  field.values === undefined ? field : { ...field, values: field.values.filter((value) => !LATER_VALUES.has(value)) };

function describeMethod(method: RemotableMethod): Record<string, unknown> {
  const { kind, args, defaults, varargs, varkw } = method;
  return { kind, args, defaults, varargs, varkw };
}

function recordedTypes(corpus: Corpus): Record<string, unknown> {
  const file: unknown = JSON.parse(readFileSync(corpusFile(FILE, corpus), 'utf8'));
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
