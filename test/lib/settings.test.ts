import { describe, expect, it } from 'vitest';
import type { Template } from 'aws-cdk-lib/assertions';
import type { ContextOptions } from '#configuration/context';
import type { FunctionOptions } from '#configuration/options';
import { nameOf, resourcesOf, templatesWith, type Templates } from './synthesised.ts';

const properties = (
  template: Template,
  type: string,
  name: string,
  wanted: string,
): Readonly<Record<string, unknown>> =>
  resourcesOf(template, type).find((each) => nameOf(each, name) === wanted)?.Properties ?? {};

const alarm = (template: Template, name: string) =>
  properties(template, 'AWS::CloudWatch::Alarm', 'AlarmName', `nova-conductor-${name}`);
const concurrency = (template: Template | undefined): unknown[] =>
  template === undefined
    ? []
    : resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties?.['ScalingConfig']);

const SIZES = {
  taskConcurrency: 5,
  objectConcurrency: '7',
  objectReservation: 9,
  functionMemory: 512,
  taskMemory: 2048,
  stepSeconds: 45,
  taskSeconds: 90,
  logDays: 90,
  alarmMessageAge: 600,
  alarmWaitingServer: 7200,
};

const CLOUD = {
  directCalls: true,
  openstackServices: 'image',
  openstackAuthUrl: 'https://keystone.example.org/v3',
  openstackCredentialSecret: 'cloud',
};

const functionsOf = ({ all }: Templates) =>
  [...all.values()].flatMap((template) => resourcesOf(template, 'AWS::Lambda::Function'));

/** Values of a property of every function, each once. */
const ofFunctions = (templates: Templates, read: (properties: Readonly<Record<string, unknown>>) => unknown) =>
  [...new Set(functionsOf(templates).map(({ Properties = {} }) => JSON.stringify(read(Properties))))].toSorted();

const inVpc = (templates: Templates, part: 'SubnetIds' | 'SecurityGroupIds') =>
  ofFunctions(
    templates,
    ({ VpcConfig }) => new RegExp(`"${part}":[^\\]]*`, 'u').exec(JSON.stringify(VpcConfig) ?? '')?.[0],
  );

const ofType = ({ all }: Templates, type: string, name: string): unknown[] =>
  [...all.values()].flatMap((template) => resourcesOf(template, type).map(({ Properties }) => Properties?.[name]));

/**
 * What each option changes that synthesis alone reads; test/lib/stage.test.ts has
 * `stage`, which names a file of others, and test/lib/cells-abroad.test.ts the accounts.
 */
const SEEN: Readonly<
  Record<
    Exclude<keyof ContextOptions, keyof FunctionOptions | 'cellAccounts' | 'homeAccount' | 'stage'>,
    (templates: Templates) => unknown
  >
> = {
  cells: ({ cells }) => [...cells.keys()],
  tracing: (templates) => ofFunctions(templates, ({ TracingConfig }) => TracingConfig),
  taskConcurrency: ({ api }) => concurrency(api)[0],
  objectConcurrency: ({ cells }) => concurrency(cells.get('cell1')),
  objectReservation: (templates) => reservations(templates, /object-rpc$/u),
  directHosts: (templates) => reservations(templates, /object-url$/u),
  functionMemory: (templates) => ofFunctions(templates, ({ FunctionName, MemorySize }) => [FunctionName, MemorySize]),
  taskMemory: ({ api }) => properties(api, 'AWS::Lambda::Function', 'FunctionName', TASKS)['MemorySize'],
  stepSeconds: ({ api }) => properties(api, 'AWS::Lambda::Function', 'FunctionName', LAUNCH)['Timeout'],
  taskSeconds: ({ api }) => properties(api, 'AWS::Lambda::Function', 'FunctionName', TASKS)['Timeout'],
  logDays: (templates) => ofType(templates, 'AWS::Logs::LogGroup', 'RetentionInDays'),
  alarmMessageAge: ({ apiState }) => alarm(apiState, 'compute-task-oldest-message')['Threshold'],
  alarmWaitingServer: ({ api }) => alarm(api, 'oldest-waiting-server')['Threshold'],
  openstackSubnets: (templates) => inVpc(templates, 'SubnetIds'),
  openstackSecurityGroups: (templates) => inVpc(templates, 'SecurityGroupIds'),
};

const [TASKS, LAUNCH] = ['nova-conductor-task-rpc', 'nova-conductor-launch'];

const reservations = (templates: Templates, name: RegExp): unknown[] =>
  functionsOf(templates).flatMap((each) =>
    name.test(nameOf(each, 'FunctionName')) ? [each.Properties?.['ReservedConcurrentExecutions']] : [],
  );

describe('what is synthesised', () => {
  const byDefault = templatesWith(CLOUD);
  const changed = templatesWith({
    ...CLOUD,
    cells: ['cell1', 'cell3'],
    tracing: true,
    ...SIZES,
    directHosts: 1000,
    openstackSubnets: 'subnet-0a1b2c3d',
    openstackSecurityGroups: 'sg-0a1b2c3d',
  });

  it.each(Object.entries(SEEN))('is changed by %s', (_key, seen) => {
    expect(seen(changed)).not.toEqual(seen(byDefault));
  });

  it('puts the functions that ask a cloud into the subnets and security groups that are named', () => {
    expect(inVpc(changed, 'SubnetIds')).toContain(JSON.stringify('"SubnetIds":["subnet-0a1b2c3d"'));
    expect(inVpc(changed, 'SecurityGroupIds')).toContain(JSON.stringify('"SecurityGroupIds":["sg-0a1b2c3d"'));
  });

  it('is named by deployment, and has function URLs where there are directCalls', () => {
    const other = templatesWith({ deployment: 'other', cells: ['cell1'] });

    expect(ofFunctions(other, ({ FunctionName }) => FunctionName)).toContain('"other-task-rpc"');
    expect([other, byDefault].map((templates) => ofType(templates, 'AWS::Lambda::Url', 'AuthType').length)).toEqual([
      0, 2,
    ]);
  });
});

describe('synthesis follows', () => {
  const { api, apiState, cells } = templatesWith(SIZES);
  const cell = cells.get('cell1');
  const fn = (name: string) => properties(api, 'AWS::Lambda::Function', 'FunctionName', `nova-conductor-${name}`);

  it('taskConcurrency and objectConcurrency, so that a backlog of one queue leaves the others their share', () => {
    expect(concurrency(api)).toEqual([{ MaximumConcurrency: 5 }, { MaximumConcurrency: 7 }]);
    expect(concurrency(cell)).toEqual([{ MaximumConcurrency: 7 }]);
  });

  it('objectReservation for the object functions of cells, and reserves nothing by default', () => {
    const name = 'nova-conductor-cell-cell1-object-rpc';
    const reserved = (template: Template | undefined): unknown =>
      template === undefined
        ? 'no cell'
        : properties(template, 'AWS::Lambda::Function', 'FunctionName', name)['ReservedConcurrentExecutions'];

    expect(reserved(cell)).toBe(9);
    expect(reserved(templatesWith().cells.get('cell1'))).toBeUndefined();
  });

  it('functionMemory, taskMemory, stepSeconds and taskSeconds', () => {
    expect(fn('launch')).toMatchObject({ MemorySize: 512, Timeout: 45 });
    expect(fn('task-rpc')).toMatchObject({ MemorySize: 2048, Timeout: 90 });
  });

  it('logDays for every log', () => {
    const days = [...resourcesOf(api, 'AWS::Logs::LogGroup')].map(({ Properties }) => Properties?.['RetentionInDays']);

    expect(new Set(days)).toEqual(new Set([90]));
  });

  it('alarmMessageAge and alarmWaitingServer', () => {
    expect(alarm(apiState, 'compute-task-oldest-message')).toMatchObject({ Threshold: 600 });
    expect(alarm(api, 'oldest-waiting-server')).toMatchObject({ Threshold: 7200 });
  });
});

describe('synthesis refuses', () => {
  it.each([
    [{ enabledFilters: 'ComputeFilter,NopeFilter' }, /"enabledFilters" is .*: it may be a list of ComputeFilter, /u],
    [{ weightClasses: ['NopeWeigher'] }, /"weightClasses" is .*: it may be a list of nova\.scheduler/u],
    [
      { weightMultipliers: 'nope_weight_multiplier=2' },
      /"weightMultipliers" is .*: it may be a list like ram_weight_multiplier=1/u,
    ],
    [{ maxAttempts: 0 }, /"maxAttempts" is 0: it may be a whole number from 1 to/u],
    [{ quotaCores: -2 }, /"quotaCores" is -2: it may be a whole number from -1 to/u],
    [{ logDays: 31 }, /"logDays" is 31: it may be 1, 3, 5/u],
    [{ taskSeconds: 111 }, /"taskSeconds" is 111: it may be a whole number from 30 to 110/u],
  ])('the context %j by key, value and remedy', (context, says) => {
    expect(() => templatesWith(context)).toThrow(says);
  });
});
