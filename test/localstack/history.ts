import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { STATE_MACHINES } from '#statemachines/definitions';
import { commandFor } from './conductor-command.ts';
import { DeployedApp } from './endpoint.ts';

/**
 * What became of a server, for whoever reads why a test failed: its events, the hosts, and every error that a Task met.
 */
export async function historyOf(endpoint: string, uuid: string): Promise<string> {
  const conductor = commandFor(endpoint);
  const outputs = await Promise.all([`server show ${uuid}`, 'host list'].map(conductor));
  return [...outputs, ...(await errorsOfTasks(new DeployedApp(endpoint)))].join('\n');
}

/** Errors of all executions, with their causes, which the emulator gives in place of their names. */
async function errorsOfTasks(app: DeployedApp): Promise<string[]> {
  const lines: string[] = [];
  for (const workflow of STATE_MACHINES) {
    const stateMachineArn = app.stateMachineArn(workflow);
    const { executions = [] } = await app.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    for (const { executionArn, name = '' } of executions) {
      const { events = [] } = await app.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
      for (const { type = '', taskFailedEventDetails: failed, lambdaFunctionFailedEventDetails: threw } of events) {
        const { error, cause } = failed ?? threw ?? {};
        if (error !== undefined) lines.push(`${workflow}/${name}: ${type}: ${error}: ${cause ?? ''}`);
      }
    }
  }
  return lines;
}
