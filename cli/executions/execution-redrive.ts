import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { executionNamed } from '#cli/inventory/executions';
import { CommandFailure } from '#cli/deployment/failure';

/** `execution redrive NAME`: goes on in the state that failed, within 14 days. */
export function addExecutionRedrive(parent: Command, cli: Cli): void {
  const command = parent
    .command('redrive')
    .description('Let a failed execution go on in the state that failed')
    .argument('<execution>', 'its name, workflow/name, or the uuid of the server that it owns');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    const execution = await executionNamed(target, name);
    const { workflow, status } = execution;
    if (status === 'RUNNING' || status === 'SUCCEEDED')
      throw new CommandFailure(`execution ${workflow}/${execution.name} is ${status}: only a failed one is redriven`);
    await target.executions.redrive(workflow, execution.name);
    return {
      data: { workflow, name: execution.name, redriven: true },
      lines: [`${workflow}/${execution.name} goes on: conductor execution show ${execution.name}`],
    };
  });
}
