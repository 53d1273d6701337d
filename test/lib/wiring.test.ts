import { describe, expect, it } from 'vitest';
import { mapOf, textOrEmpty } from '#wire/reading';
import type { Json, JsonMap } from '#ports/json';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';
import { pascalCase } from '#statemachines/pascal-case';
import { Names } from '../../lib/names.ts';
import { arn, functionArn, resolvedWith } from './resolved.ts';

const resources = resolvedWith({ directCalls: true, canaryHosts: 'host1' });
const named = (part: string): string => `nova-conductor-${part}`;
const ofType = (type: string) => resources.filter((each) => each.type === `AWS::${type}`);
const propertiesOf = (type: string): JsonMap[] => ofType(type).map(({ properties }) => properties);

/** Seconds and megabytes of each function. */
const SIZES: Readonly<Record<string, readonly [seconds: number, megabytes: number]>> = {
  'task-rpc': [60, 1024],
  'object-rpc': [10, 256],
  reconciler: [240, 256],
  ...Object.fromEntries(STATE_MACHINES.map((workflow) => [workflow, [30, 256] as const])),
  build: [300, 256],
  'cross-cell-resize': [60, 256],
  'cell-cell1-object-rpc': [10, 256],
  'cell-cell1-object-url': [10, 256],
  'cell-cell2-object-rpc': [10, 256],
  'cell-cell2-object-url': [10, 256],
};
const FUNCTIONS = Object.keys(SIZES);

/** The cell whose records a function serves, where it serves one. */
const cellOf = (part: string): JsonMap => {
  const [, cell] = /^cell-(\w+)-/u.exec(part) ?? [];
  return cell === undefined ? {} : { CELL: cell, CELL_UUID: new Names('nova-conductor').cellUuid(cell) };
};

/** Queues by the function that takes their messages, with how many batches are in hand at once. */
const CONSUMED: readonly (readonly [queue: string, by: string, batches: number])[] = [
  ['compute-task', 'task-rpc', 50],
  ['conductor', 'object-rpc', 200],
  ['cell-cell1-conductor', 'cell-cell1-object-rpc', 200],
  ['cell-cell2-conductor', 'cell-cell2-object-rpc', 200],
];

/** Where a function finds the rest of the deployment. */
const ADDRESSES: JsonMap = {
  DEPLOYMENT: 'nova-conductor',
  EVENT_BUS_NAME: 'nova-conductor',
  MESSAGE_BUCKET: 'nova-conductor-messages-000000000000',
  QUEUE_URL_BASE: 'https://sqs.us-east-1.amazonaws.com/000000000000/',
  SEAL_KEY_ID: 'alias/nova-conductor-seal',
  STATE_MACHINE_ARN_BASE: arn('states', 'stateMachine:'),
};

/** A function as the library names its resource. */
const idOf = (part: string): string => `${pascalCase(part.replace(/^cell-\w+-/u, ''))}Function`;

const parsed = (text: string): Json => JSON.parse(text);

describe('a function', () => {
  it('is there for each of these names, and for no other', () => {
    const names = propertiesOf('Lambda::Function').map(({ FunctionName }) => textOrEmpty(FunctionName));

    expect(names.toSorted()).toEqual(FUNCTIONS.map(named).toSorted());
  });

  it.each(FUNCTIONS)('%s has its own time, memory, role and log, and what its role may do is there before', (part) => {
    const [found] = ofType('Lambda::Function').filter(({ properties }) => properties['FunctionName'] === named(part));
    const [seconds, megabytes] = SIZES[part] ?? [0, 0];

    expect(found?.properties).toEqual({
      Architectures: ['arm64'],
      Code: expect.anything(),
      Environment: { Variables: expect.objectContaining({ ...ADDRESSES, ...cellOf(part) }) },
      FunctionName: named(part),
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: `/aws/lambda/${named(part)}`, SystemLogLevel: 'WARN' },
      MemorySize: megabytes,
      Role: `${idOf(part)}Role`,
      Runtime: 'nodejs24.x',
      Timeout: seconds,
      ...(part.endsWith('-url') ? { ReservedConcurrentExecutions: 9 } : {}),
    });
    expect(mapOf(mapOf(found?.properties['Environment'])['Variables'])['ROLE_ID']).toBe(`RoleId of ${idOf(part)}Role`);
    expect(found?.dependsOn).toContain(`${idOf(part)}RoleDefaultPolicy`);
  });

  it('is called by a version of its own, which no deployment changes while it runs', () => {
    expect(propertiesOf('Lambda::Alias')).toHaveLength(FUNCTIONS.length);
    expect(propertiesOf('Lambda::Alias')).toEqual(
      expect.arrayContaining(
        FUNCTIONS.map((part) => ({
          FunctionName: named(part),
          FunctionVersion: `a version of ${named(part)}`,
          Name: 'live',
        })),
      ),
    );
  });

  it('that answers direct calls is the only one with a URL', () => {
    expect(propertiesOf('Lambda::Url')).toEqual(
      ['cell1', 'cell2'].map((cell) => ({
        AuthType: 'AWS_IAM',
        InvokeMode: 'BUFFERED',
        Qualifier: 'live',
        TargetFunctionArn: functionArn(named(`cell-${cell}-object-url`)),
      })),
    );
  });

  it('that looks for work is called once a minute, by its rule alone, and once for each event', () => {
    const live = functionArn(`${named('reconciler')}:live`);

    expect(propertiesOf('Events::Rule')).toMatchObject([{ State: 'ENABLED', Targets: [{ Arn: live }] }]);
    expect(propertiesOf('Lambda::Permission')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: live,
        Principal: 'events.amazonaws.com',
        SourceArn: arn('events', 'rule/nova-conductor-reconciler'),
      },
    ]);
    // By default Lambda runs what an event has called three times, and keeps the event for six hours.
    expect(propertiesOf('Lambda::EventInvokeConfig')).toEqual([
      {
        FunctionName: named('reconciler'),
        Qualifier: 'live',
        MaximumEventAgeInSeconds: 60,
        MaximumRetryAttempts: 0,
      },
    ]);
  });
});

describe('messages', () => {
  it('of each queue are taken ten at a time, at once and whatever they say, by its own function, which answers for each', () => {
    expect(propertiesOf('Lambda::EventSourceMapping')).toEqual(
      CONSUMED.map(([queue, by, batches]) => ({
        BatchSize: 10,
        EventSourceArn: arn('sqs', named(queue)),
        FunctionName: `${named(by)}:live`,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: batches },
      })),
    );
  });
});

const logOf = (workflow: string): string => `/aws/vendedlogs/states/${named(workflow)}`;

describe('a state machine', () => {
  it.each(STATE_MACHINES)(
    'of %s is the one that is tested, calls its own function, and logs no request',
    (workflow) => {
      const [found] = ofType('StepFunctions::StateMachine').filter(
        ({ properties }) => properties['StateMachineName'] === named(workflow),
      );
      const { DefinitionString, DefinitionSubstitutions, ...properties } = found?.properties ?? {};
      const definition = definitionOf(workflow);
      const started = [
        ...new Set([...definition.matchAll(/\$\{(\w+)StateMachineArn\}/gu)].map(([, name = '']) => name)),
      ];

      expect(properties).toEqual({
        LoggingConfiguration: {
          Destinations: [
            { CloudWatchLogsLogGroup: { LogGroupArn: `${arn('logs', 'log-group:')}${logOf(workflow)}:*` } },
          ],
          IncludeExecutionData: false,
          Level: 'ERROR',
        },
        RoleArn: `${pascalCase(workflow)}Role`,
        StateMachineName: named(workflow),
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: false },
      });
      expect(parsed(textOrEmpty(DefinitionString).replaceAll('${Partition}', 'aws'))).toEqual(parsed(definition));
      expect(DefinitionSubstitutions).toEqual({
        Partition: 'aws',
        [`${pascalCase(workflow)}FunctionArn`]: functionArn(`${named(workflow)}:live`),
        ...Object.fromEntries(
          STATE_MACHINES.filter((each) => started.includes(pascalCase(each))).map((each) => [
            `${pascalCase(each)}StateMachineArn`,
            arn('states', `stateMachine:${named(each)}`),
          ]),
        ),
      });
      expect(found?.dependsOn).toContain(`${pascalCase(workflow)}RoleDefaultPolicy`);
    },
  );

  it('and every function have a log of a month, and nothing else has one', () => {
    const logs = [
      ...FUNCTIONS.map((part) => `/aws/lambda/${named(part)}`),
      ...STATE_MACHINES.map((workflow) => logOf(workflow)),
    ];

    const found = propertiesOf('Logs::LogGroup').toSorted((a, b) =>
      textOrEmpty(a['LogGroupName']).localeCompare(textOrEmpty(b['LogGroupName'])),
    );

    expect(found).toEqual(
      logs.toSorted((a, b) => a.localeCompare(b)).map((LogGroupName) => ({ LogGroupName, RetentionInDays: 30 })),
    );
  });
});
