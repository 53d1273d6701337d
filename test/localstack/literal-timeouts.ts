import { DescribeStateMachineCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { STATE_MACHINES } from '#statemachines/definitions';
import { DeployedApp } from './endpoint.ts';

/** What is put in for a timeout that the state computes; longer than any test. */
const SECONDS = 600;
const COMPUTED = /"TimeoutSeconds":\s*"\{%[^"]*%\}"/gu;

/**
 * Works around the gap `computed-timeouts`: the deployed definitions wait for a literal
 * time, the files stay as they are.
 */
export async function putLiteralTimeouts(endpoint: string): Promise<void> {
  const app = new DeployedApp(endpoint);
  for (const workflow of STATE_MACHINES) {
    const stateMachineArn = app.stateMachineArn(workflow);
    const { definition = '' } = await app.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const literal = definition.replaceAll(COMPUTED, `"TimeoutSeconds":${SECONDS}`);
    if (literal !== definition) {
      await app.sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: literal }));
    }
  }
}
