import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { Expressions } from '#local/runner/expressions';
import type { JsonObject } from '#local/runner/json';
import { loadDefinition } from '#local/runner/load-definition';
import { definition, task } from './bench.ts';

const expressions = new Expressions({ clock: new VirtualClock(), random: () => 0.5 });
const processor = { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } };
const pass = (more: JsonObject): JsonObject => ({ 'The state': { Type: 'Pass', End: true, ...more } });
const each = (more: JsonObject): JsonObject => ({
  'The state': { Type: 'Map', ItemProcessor: processor, End: true, ...more },
});
const work = (more: JsonObject): JsonObject => ({ 'The state': task('f', { End: true, ...more }) });

describe('loadDefinition refuses, naming feature and state,', () => {
  it.each<[string, JsonObject]>([
    ['Parallel', { 'The state': { Type: 'Parallel', Branches: [], End: true } }],
    ['JSONPath', pass({ Parameters: {} })],
    ['JSONPath', pass({ ResultPath: '$.x' })],
    ['JSONPath', pass({ Result: 1 })],
    ['JSONPath', pass({ QueryLanguage: 'JSONPath' })],
    ['JSONPath', { 'The state': { Type: 'Wait', SecondsPath: '$.x', End: true } }],
    ['JSONPath', { 'The state': { Type: 'Choice', Choices: [{ Variable: '$.x', Next: 'The state' }] } }],
    ['Distributed Map', each({ ItemProcessor: { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED' } } })],
    ['Distributed Map', each({ ItemReader: {} })],
    ['Distributed Map', each({ Label: 'x' })],
    ['Tolerated failure', each({ ToleratedFailureCount: 1 })],
    ['Tolerated failure', each({ ToleratedFailurePercentage: 5 })],
    ['Iterator', { 'The state': { Type: 'Map', Iterator: processor, End: true } }],
    ['Service integration', work({ Resource: 'arn:aws:states:::sqs:sendMessage' })],
    ['Service integration', work({ Resource: 'arn:aws:states:::states:startExecution.sync:2' })],
    ['Service integration', work({ Resource: 'arn:aws:states:eu-west-1:000000000000:activity:a' })],
    ['Service integration', work({ Arguments: { FunctionName: 'f', InvocationType: 'Event' } })],
    ['Credentials', work({ Credentials: { RoleArn: 'arn' } })],
    ['Unknown field', pass({ Outptu: 1 })],
    ['Unknown field', work({ Retry: [{ ErrorEquals: ['E'], Backoff: 2 }] })],
    ['Missing field', { 'The state': { Type: 'Task', End: true } }],
    ['Missing field', { 'The state': { Type: 'Wait', End: true } }],
    ['Missing field', work({ Catch: [{ ErrorEquals: [], Next: 'The state' }] })],
    ['Field value', { 'The state': { Type: 'Loop' } }],
    ['Field value', work({ TimeoutSeconds: 0 })],
    ['Field value', work({ Retry: [{ ErrorEquals: ['E'], JitterStrategy: 'SOME' }] })],
    ['Field value', work({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] })],
    ['Field value', work({ Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] })],
    ['Field value', pass({ Assign: { states: 1 } })],
    ['Field value', each({ Items: { a: 1 } })],
    ['Transition', { 'The state': { Type: 'Pass' } }],
    ['Transition', { 'The state': { Type: 'Pass', Next: 'Nowhere' } }],
    ['Transition', pass({ Next: 'The state' })],
    ['Expression', pass({ Output: '{% $states.input. %}' })],
  ])('%s: %j', (feature, states) => {
    const load = (): unknown => loadDefinition(definition(states), expressions);

    expect(load).toThrow(expect.objectContaining({ name: 'InvalidDefinition', feature, state: 'The state' }));
  });

  it('a variable that an outer state assigns as well', () => {
    const inner = { StartAt: 'The state', States: pass({ Assign: { v: 2 } }) };
    const states = {
      First: { Type: 'Pass', Assign: { v: 1 }, Next: 'Each' },
      Each: { Type: 'Map', ItemProcessor: inner, End: true },
    };

    const load = (): unknown => loadDefinition(definition(states), expressions);

    expect(load).toThrow(expect.objectContaining({ feature: 'Variable scope', state: 'The state' }));
  });

  it.each<[string, JsonObject | string]>([
    ['JSONPath', { StartAt: 'In', States: processor.States }],
    ['Transition', definition(processor.States, { StartAt: 'Out' })],
    ['Unknown field', definition(processor.States, { Title: 'x' })],
    ['Field value', 'no JSON'],
    ['Missing field', definition({})],
  ])('%s of the machine itself', (feature, source) => {
    const load = (): unknown => loadDefinition(source, expressions);

    expect(load).toThrow(expect.objectContaining({ name: 'InvalidDefinition', feature, state: undefined }));
  });
});
