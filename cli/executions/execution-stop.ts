import type { Command } from 'commander';
import type { Json } from '#ports/json';
import { mapOf, textOf, textsOf } from '#wire/reading';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { executionNamed } from '#cli/inventory/executions';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { giveUp } from './give-up.ts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** `execution stop NAME --reason TEXT`: ends it for good and releases what its servers hold on account of it. */
export function addExecutionStop(parent: Command, cli: Cli): void {
  const command = parent
    .command('stop')
    .description('Stop an execution, release the claims that it made, put its server in error')
    .argument('<execution>', 'its name, workflow/name, or the uuid of the server that it owns')
    .requiredOption('--reason <text>', 'written into the history and the fault of the server');
  answering(command, cli, ({ target, args: [name = ''], option }) => stop(target, name, option('reason') ?? ''));
}

async function stop(target: DeploymentTarget, name: string, reason: string): Promise<Answer> {
  if (reason.trim() === '')
    throw new CommandFailure('--reason is empty: say why, for those who read the history', EXIT.usage);
  const execution = await executionNamed(target, name);
  const { workflow } = execution;
  if (execution.status === 'SUCCEEDED')
    throw new CommandFailure(`execution ${workflow}/${execution.name} has succeeded: there is nothing to stop`);
  if (execution.status === 'RUNNING') await target.executions.stop(workflow, execution.name, reason);
  const done: string[] = [];
  for (const uuid of instancesOf(execution.input))
    done.push(await giveUp(target, { workflow, execution: execution.name, uuid, reason }));
  return {
    data: { workflow, name: execution.name, stopped: true, servers: done },
    lines: [`${workflow}/${execution.name} is stopped`, ...done.map((line) => `  ${line}`)],
  };
}

/** The servers that an execution's input names. */
function instancesOf(input: string): string[] {
  const parsed: Json = JSON.parse(input);
  const state = mapOf(mapOf(parsed)['state']);
  const instance = textOf(state['server']);
  return instance === undefined ? textsOf(state['uuids']) : [instance];
}
