import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { duration, shown } from '#cli/output/columns';
import { drawMachine, graphOf, statesOf, visitsOf, type StateEvent } from '#cli/inventory/drawing';
import { executionNamed } from '#cli/inventory/executions';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { visitLines } from '#cli/inventory/visit-lines';

/** `execution show NAME`: the state machine with where it stands, and every state that it went through. */
export function addExecutionShow(parent: Command, cli: Cli): void {
  const command = parent
    .command('show')
    .description('Show an execution, its state machine and where it stands')
    .argument('<execution>', 'its name, workflow/name, or the uuid of the server that it owns');
  answering(command, cli, ({ target, args: [name = ''] }) => show(target, name));
}

async function show(target: DeploymentTarget, name: string): Promise<Answer> {
  const execution = await executionNamed(target, name);
  const { workflow, status, startedAt, stoppedAt } = execution;
  const definition = target.executions.definition(workflow);
  const events = (await target.executions.history(workflow, execution.name)).map(stateEvent);
  const visits = visitsOf(events, statesOf(definition));
  const now = target.clock.now();
  const ended = [
    ...(execution.output === undefined ? [] : [`output     ${execution.output}`]),
    ...(execution.error === undefined ? [] : [`error      ${execution.error}: ${shown(execution.cause)}`]),
    ...(execution.redriveCount === 0 ? [] : [`redriven   ${execution.redriveCount} times`]),
  ];
  return {
    data: { ...execution, visits, states: graphOf(definition) },
    lines: [
      `execution  ${workflow}/${execution.name}`,
      `status     ${status}, ${stoppedAt === undefined ? 'for' : 'after'} ${duration((stoppedAt ?? now) - startedAt)}`,
      `started    ${new Date(startedAt).toISOString()}`,
      `input      ${execution.input}`,
      ...ended,
      '',
      ...drawMachine(definition, visits, status, now),
      '  (✓ passed  ✗ left by an error that was caught  ▶ here  · not reached)',
      '',
      ...visitLines(visits, startedAt),
    ],
  };
}

function stateEvent(event: HistoryEvent): StateEvent {
  const { id = 0, type = '', timestamp } = event;
  return {
    id,
    type,
    at: timestamp?.getTime() ?? 0,
    state: event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name,
    error: errorOf(event),
  };
}

/** Which details hold an error depends on what failed: a task, its wait, a function or an expression. */
const errorOf = (event: HistoryEvent): string | undefined =>
  event.taskFailedEventDetails?.error ??
  event.taskTimedOutEventDetails?.error ??
  event.lambdaFunctionFailedEventDetails?.error ??
  event.lambdaFunctionTimedOutEventDetails?.error ??
  event.evaluationFailedEventDetails?.error;
