import { readdirSync, readFileSync } from 'node:fs';
import { machineArn } from './runner-executions.ts';
import type { StepFunctions } from '#local/runner/runner';

const FOLDER = new URL('../../statemachines/', import.meta.url);

/** Loads every state machine into the runner, its placeholders filled with the local names of functions and machines. */
export async function loadStateMachines(runner: StepFunctions, deployment: string): Promise<string[]> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.asl.json'));
  const workflows = files.map((file) => file.slice(0, -'.asl.json'.length)).toSorted();
  for (const workflow of workflows) {
    const text = readFileSync(new URL(`${workflow}.asl.json`, FOLDER), 'utf8');
    await runner.createStateMachine({
      name: `${deployment}-${workflow}`,
      definition: text.replaceAll(/\$\{(\w+?)(FunctionArn|StateMachineArn)\}/gu, (_, name: string, kind: string) => {
        const target = kebab(name);
        return kind === 'FunctionArn' ? functionArn(deployment, target) : machineArn(deployment, target);
      }),
    });
  }
  return workflows;
}

/** ARN of a workflow's function in the runner. */
export const functionArn = (deployment: string, workflow: string): string =>
  `arn:aws:lambda:us-east-1:000000000000:function:${deployment}-${workflow}`;

const kebab = (name: string): string => name.replaceAll(/(?<!^)[A-Z]/gu, (letter) => `-${letter}`).toLowerCase();
