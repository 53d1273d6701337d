import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { readContext } from '#configuration/context';
import { pascalCase } from '#statemachines/pascal-case';
import { STATE_MACHINES } from '#statemachines/definitions';
import { TaskFunction } from '../../../lib/constructs/task-function.ts';
import { Workflow } from '../../../lib/constructs/workflow.ts';
import { Names } from '../../../lib/names.ts';
import { WORKFLOW_GRANTS } from '../../../lib/workflow-grants.ts';
import { appWith, nameOf, resourcesOf, templatesWith } from '../synthesised.ts';

function stackWith(definition: string, starts?: readonly string[], app: App = appWith()): Stack {
  const stack = new Stack(app, 'Stack');
  const names = new Names('nova-conductor');
  const alarmTopic = new Topic(stack, 'Alarms');
  const stepFunction = new TaskFunction(stack, 'Function', {
    names,
    part: 'build',
    entry: 'workflows/build/build.lambda.ts',
    settings: readContext({ cells: ['cell1'] }),
    alarmTopic,
  });
  new Workflow(stack, 'Workflow', {
    names,
    workflow: 'build',
    stepFunction,
    alarmTopic,
    definition,
    logDays: 30,
    ...(starts === undefined ? {} : { starts }),
  });
  return stack;
}

const definitionOf = (comment: string) =>
  `{ "Comment": "${comment}", "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } }`;

describe('a workflow', () => {
  it('puts the alias of its function into the definition and shows the definition in the template', () => {
    const template = Template.fromStack(stackWith(definitionOf('${BuildFunctionArn}')));

    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'nova-conductor-build',
      StateMachineType: 'STANDARD',
      DefinitionString: '{"Comment":"${BuildFunctionArn}","StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}',
      LoggingConfiguration: { IncludeExecutionData: false, Level: 'ERROR' },
    });
  });

  it('names integrations, and all else, by the partition that it is deployed to: China and GovCloud have others', () => {
    const { all, api } = templatesWith({ directCalls: true, fencing: true, tracing: true });
    const machines = resourcesOf(api, 'AWS::StepFunctions::StateMachine');

    const named = [...all].flatMap(([stack, template]) =>
      [...JSON.stringify(template.toJSON()).matchAll(/arn:aws[a-z-]*:.{20}/gu)].map(([arn]) => `${stack}: ${arn}`),
    );

    expect(named).toEqual([]);
    expect(machines.map(({ Properties }) => Properties?.['DefinitionSubstitutions'])).toEqual(
      machines.map(() => expect.objectContaining({ Partition: { Ref: 'AWS::Partition' } })),
    );
    expect(nameOf(machines[0] ?? { Type: '' }, 'DefinitionString')).toContain(
      '"arn:${Partition}:states:::lambda:invoke',
    );
  });

  it('fails when nothing is put in for a placeholder', () => {
    const definition = '{ "Comment": "${BuildFunctionArn} ${LaunchStateMachineArn}" }';

    expect(() => stackWith(definition)).toThrow(/nothing is put in for \[LaunchStateMachineArn\]/u);
  });

  it('fails when a substitution has no placeholder', () => {
    const definition = '{ "Comment": "${BuildFunctionArn}" }';

    expect(() => stackWith(definition, ['launch'])).toThrow(/no placeholder takes \[LaunchStateMachineArn\]/u);
  });

  it('fails when the definition is no JSON', () => {
    expect(() => stackWith('{ ${BuildFunctionArn}')).toThrow(SyntaxError);
  });

  it('exists for each state machine of statemachines and for each entry of the grants', () => {
    const machines = resourcesOf(templatesWith().api, 'AWS::StepFunctions::StateMachine');

    expect(machines.map((machine) => nameOf(machine, 'StateMachineName')).toSorted()).toEqual(
      STATE_MACHINES.map((workflow) => `nova-conductor-${workflow}`),
    );
    expect(Object.keys(WORKFLOW_GRANTS).toSorted()).toEqual(STATE_MACHINES);
  });

  it('is written in Pascal case where placeholders name it', () => {
    expect(pascalCase('live-migrate')).toBe('LiveMigrate');
  });
});
