import { machineArn } from './runner-executions.ts';
import type { StepFunctions } from '#local/runner/runner';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';

/**
 * Loads every state machine into the runner, its placeholders filled with the local names of functions and machines.
 */
export async function loadStateMachines(runner: StepFunctions, deployment: string): Promise<void> {
  for (const workflow of STATE_MACHINES) {
    const text = definitionOf(workflow);
    await runner.createStateMachine({
      name: `${deployment}-${workflow}`,
      definition: text.replaceAll(/\$\{(\w+?)(FunctionArn|StateMachineArn)\}/gu, (_, name: string, kind: string) => {
        const target = kebab(name);
        return kind === 'FunctionArn' ? functionArn(deployment, target) : machineArn(deployment, target);
      }),
    });
  }
}

/** ARN of a workflow's function in the runner. */
export const functionArn = (deployment: string, workflow: string): string =>
  `arn:aws:lambda:us-east-1:000000000000:function:${deployment}-${workflow}`;

const kebab = (name: string): string => name.replaceAll(/(?<!^)[A-Z]/gu, (letter) => `-${letter}`).toLowerCase();
