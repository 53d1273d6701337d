import { DescribeStateMachineCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { STATE_MACHINES } from '#statemachines/definitions';
import { DeployedApp } from './endpoint.ts';

/** What is put in for a timeout that the state computes; longer than any test. */
const SECONDS = 600;
const COMPUTED = /"TimeoutSeconds":\s*"\{%[^"]*%\}"/gu;

/** The name by which cold-migrate hands a server over to the workflow between cells, and the one that arrives here. */
const HANDED_OVER = /"ErrorEquals":\s*\[\s*"DestinationElsewhere"\s*\]/gu;
const ARRIVES = '"ErrorEquals":["Runtime.HandlerError"]';

/**
 * Works around the gaps `computed-timeouts` and `lambda-error-names`: the deployed definitions wait for a literal time,
 * and a destination in another cell is known by the name that every error has here; the files stay as they are.
 */
export async function fitDefinitions(endpoint: string): Promise<void> {
  const app = new DeployedApp(endpoint);
  for (const workflow of STATE_MACHINES) {
    const stateMachineArn = app.stateMachineArn(workflow);
    const { definition = '' } = await app.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const fitted = definition.replaceAll(COMPUTED, `"TimeoutSeconds":${SECONDS}`).replaceAll(HANDED_OVER, ARRIVES);
    if (fitted !== definition) {
      await app.sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: fitted }));
    }
  }
}
