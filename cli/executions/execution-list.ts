import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { columns, duration } from '#cli/output/columns';
import { limitOf, momentOf } from '#cli/inventory/choosing';
import { executionsAbout, statusNamed, workflowNamed } from '#cli/inventory/executions';

const MOST = 50;
/** Of each workflow, where what they are about has to be looked at. */
const MOST_LISTED = 1000;

/** `execution list`: newest first. */
export function addExecutionList(parent: Command, cli: Cli): void {
  const command = parent
    .command('list')
    .description('List executions, newest first')
    .option('--workflow <workflow>', 'of this workflow')
    .option('--status <status>', 'RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED')
    .option('--server <uuid>', 'of this server')
    .option('--request <id>', 'of this request (req-…)')
    .option('--since <time>', 'started since this time, or in so long a time: 2h')
    .option('--limit <number>', 'at most so many', String(MOST));
  answering(command, cli, async ({ target, option }) => {
    const most = limitOf(option('limit') ?? String(MOST));
    const [workflow, status, given] = [option('workflow'), option('status'), option('since')];
    const since = given === undefined ? -Infinity : momentOf(given, target.clock.now(), '--since');
    const workflows = workflow === undefined ? target.executions.workflows : [workflowNamed(target, workflow)];
    const wanted = status === undefined ? undefined : statusNamed(status);
    const about = { server: option('server'), request: option('request') };
    const looked = about.server === undefined && about.request === undefined ? most : MOST_LISTED;
    const found = await Promise.all(workflows.map((each) => target.executions.list(each, wanted, looked)));
    const all = found.flat().filter(({ startedAt }) => startedAt >= since);
    const newest = all.toSorted((a, b) => b.startedAt - a.startedAt);
    const rows = await executionsAbout(target, newest, about, most);
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
