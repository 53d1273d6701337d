import { describe, expect, test } from 'vitest';
import * as errors from '#errors';
import { remoteFailure } from '#wire/remote-failure';
import { corpusFile, hasCorpus } from '../replay/shared-directory.ts';
import { recordedFailures } from '../replay/recorded-failures.ts';

const PARAMS = {
  instance_id: 'i',
  instance_uuid: 'i',
  uuid: 'u',
  host: 'h',
  reason: 'r',
  overs: [],
  over: [],
  providers: [],
  arqs: [],
  expected: { task_state: ['spawning'] },
  actual: { task_state: null },
};

/** Name, parent and code of every error that has a parent other than the base. */
const TREE: Readonly<Record<string, readonly [code: number, names: readonly string[]]>> = {
  NotFound: [
    404,
    [
      'InstanceNotFound',
      'InstanceInfoCacheNotFound',
      'InstanceMappingNotFound',
      'CellMappingNotFound',
      'BuildRequestNotFound',
      'RequestSpecNotFound',
      'ImageNotFound',
      'FlavorNotFound',
      'MigrationNotFound',
      'MigrationNotFoundByStatus',
      'MigrationNotFoundForInstance',
      'InstanceGroupNotFound',
      'BDMNotFound',
      'VolumeBDMNotFound',
      'InstanceTagNotFound',
      'ServiceNotFound',
      'HostNotFound',
      'ComputeHostNotFound',
      'HostBinaryNotFound',
    ],
  ],
  MigrationNotFound: [404, ['MigrationNotFoundByStatus', 'MigrationNotFoundForInstance']],
  HostNotFound: [404, ['ComputeHostNotFound']],
  Invalid: [
    400,
    [
      'InvalidHypervisorType',
      'InvalidCPUInfo',
      'UnableToMigrateToSelf',
      'DestinationHypervisorTooOld',
      'InstanceInvalidState',
      'UnsupportedPolicyException',
      'HostMappingNotFound',
      'ServiceUnavailable',
      'ComputeServiceUnavailable',
      'InvalidUUID',
      'InvalidVolume',
      'InvalidDiskInfo',
      'PortNotFree',
      'ServiceTooOld',
      'VolumeBDMIsMultiAttach',
    ],
  ],
  ServiceUnavailable: [400, ['ComputeServiceUnavailable']],
  NoValidHost: [500, ['MaxRetriesExceeded']],
  MigrationError: [500, ['MigrationPreCheckError', 'MigrationPreCheckClientException', 'MigrationSchedulerRPCError']],
  InstanceUpdateConflict: [
    500,
    ['UnexpectedTaskStateError', 'UnexpectedDeletingTaskStateError', 'UnknownInstanceUpdateConflict'],
  ],
  UnexpectedTaskStateError: [500, ['UnexpectedDeletingTaskStateError']],
  QuotaError: [413, ['TooManyInstances']],
};

describe('the errors of the catalogue', () => {
  const classes = new Map<string, unknown>(Object.entries(errors));

  test.each(Object.entries(TREE))('%s has its subtree and code', (parent, [code, names]) => {
    const made = names.map((name) => make(classes.get(name)));

    expect(made.map((error) => error.name)).toEqual(names);
    expect(made.map((error) => error.code)).toEqual(names.map(() => code));
    expect(made.every((error) => isA(error, classes.get(parent)))).toBe(true);
  });

  test('every class says the name that it is exported by, apart from the TypeError of Python', () => {
    const declared = [...classes].filter(([, type]) => isErrorClass(type) && type !== errors.NovaError);

    const names = declared.map(([, type]) => make(type).name);

    expect(names.length).toBeGreaterThan(100);
    expect(declared.filter(([key], index) => key !== names[index]).map(([key]) => key)).toEqual([
      'PythonTypeError',
      'InvalidArguments',
    ]);
  });

  test('a class without params of its own keeps the text of a remote failure', () => {
    const error = remoteFailure(
      JSON.stringify({
        class: 'InvalidHypervisorType',
        module: 'nova.exception',
        message: 'The supplied hypervisor type of host h is invalid.',
        kwargs: { code: 400 },
      }),
    );

    expect(error).toBeInstanceOf(errors.InvalidHypervisorType);
    expect(error.message).toBe('The supplied hypervisor type of host h is invalid.');
  });

  test('a ready text replaces the template, and the cause is kept', () => {
    const cause = new Error('socket');
    const error = new errors.MigrationPreCheckError({ reason: 'r' }, { message: 'timeout', cause });

    expect(error).toMatchObject({ message: 'timeout', cause, params: { reason: 'r' } });
  });

  test('a conflict shows both sides as Nova does', () => {
    const error = new errors.UnexpectedTaskStateError(PARAMS);

    expect(error.message).toBe(
      "Conflict updating instance i. Expected: {'task_state': ['spawning']}. Actual: {'task_state': None}",
    );
  });
});

describe.runIf(hasCorpus('rpc-boot.jsonl.gz'))('recorded failures of Nova 26', () => {
  test('have our codes, modules and texts', () => {
    const files = ['rpc-boot', 'rpc-live-migrate', 'rpc-shelve', 'rpc-quota', 'rpc-migrate-resize'];
    const differing: unknown[] = [];
    let compared = 0;

    for (const file of files) {
      for (const failure of recordedFailures(corpusFile(`${file}.jsonl.gz`))) {
        const known = Object.entries(errors).find(([name]) => name === failure.name)?.[1];
        if (known === undefined || failure.module === 'builtins') continue;
        compared += 1;
        const { code, ...params } = failure.kwargs;
        const error = make(known, params);
        if (error.module !== failure.module || error.code !== code) differing.push(failure);
        // A raiser's ready text stands where the template's first word does not.
        if (!failure.message.startsWith(error.message.slice(0, 12))) differing.push(failure);
      }
    }

    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  });
});

function make(type: unknown, params: unknown = PARAMS): errors.NovaError {
  if (typeof type !== 'function') throw new Error('no such error');
  const error: unknown = Reflect.construct(type, [params]);
  if (!(error instanceof errors.NovaError)) throw new Error('not of the catalogue');
  return error;
}

const isErrorClass = (type: unknown): boolean =>
  typeof type === 'function' && type.prototype instanceof errors.NovaError;

function isA(error: unknown, type: unknown): boolean {
  return typeof type === 'function' && error instanceof type;
}
