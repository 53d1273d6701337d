import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { registry } from '#objects/registry';
import type { RemotableMethod } from '#objects/versioned/remotable';
import { describeField, mapOf, recordedField } from './described-field.ts';
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
});

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
