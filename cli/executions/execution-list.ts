import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { columns, duration } from '#cli/output/columns';
import { statusNamed, workflowNamed } from '#cli/inventory/executions';
import { CommandFailure, EXIT } from '#cli/deployment/failure';

const MOST = 50;

/** `execution list`: newest first. */
export function addExecutionList(parent: Command, cli: Cli): void {
  const command = parent
    .command('list')
    .description('List executions, newest first')
    .option('--workflow <workflow>', 'of this workflow')
    .option('--status <status>', 'RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED')
    .option('--limit <number>', 'at most so many of each workflow', String(MOST));
  answering(command, cli, async ({ target, option }) => {
    const most = Number(option('limit') ?? MOST);
    if (!Number.isInteger(most) || most < 1)
      throw new CommandFailure(`--limit ${option('limit')} is no number above 0`, EXIT.usage);
    const workflow = option('workflow');
    const status = option('status');
    const workflows = workflow === undefined ? target.executions.workflows : [workflowNamed(target, workflow)];
    const wanted = status === undefined ? undefined : statusNamed(status);
    const found = await Promise.all(workflows.map((each) => target.executions.list(each, wanted, most)));
    const rows = found.flat().toSorted((a, b) => b.startedAt - a.startedAt);
    const now = target.clock.now();
    return {
      data: rows,
      lines: [
        columns(
          ['workflow', 'execution', 'status', 'started', 'took'],
          rows.map((row) => [
            row.workflow,
            row.name,
            row.status,
            new Date(row.startedAt).toISOString(),
            duration((row.stoppedAt ?? now) - row.startedAt),
          ]),
          'no execution',
        ),
      ],
    };
  });
}
