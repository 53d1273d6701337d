import { describe, expect, it } from 'vitest';
import type { Template } from 'aws-cdk-lib/assertions';
import { nameOf, resourcesOf, templatesWith } from './synthesised.ts';

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

describe('synthesis follows', () => {
  const { api, apiState, cells } = templatesWith({
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
  });
  const cell = cells.get('cell1');
  const fn = (name: string) => properties(api, 'AWS::Lambda::Function', 'FunctionName', `nova-conductor-${name}`);

  it('taskConcurrency and objectConcurrency, so that a backlog of one queue leaves the others their share', () => {
    expect(concurrency(api)).toEqual([{ MaximumConcurrency: 5 }, { MaximumConcurrency: 7 }]);
    expect(concurrency(cell)).toEqual([{ MaximumConcurrency: 7 }]);
  });

  it('objectReservation for the object functions of cells, and reserves nothing unless told to', () => {
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
