import type { Command } from 'commander';
import { COUNTED } from '#conductor/quota';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { CommandFailure } from '#cli/deployment/failure';
import { countedUsage, recount, same, writeUsage } from '#cli/inventory/quota-usage';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** Recounts while others build; each starts from the usage as it then is. */
const TRIES = 3;

/** `quota recount PROJECT`: usage becomes what the project's servers and pending requests come to. */
export function addQuotaRecount(parent: Command, cli: Cli): void {
  const command = parent
    .command('recount')
    .description('Count what a project uses anew')
    .argument('<project>', 'id of the project')
    .option('--dry-run', 'only tell');
  answering(command, cli, ({ target, args: [project = ''], flag }) => recountQuota(target, project, flag('dryRun')));
}

export async function recountQuota(target: DeploymentTarget, project: string, dryRun: boolean): Promise<Answer> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = await countedUsage(target, project);
    const after = await recount(target, project);
    const changed = !same(before, after);
    if (!changed || dryRun || (await writeUsage(target, project, before, after)))
      return {
        data: { project, before, after, changed: changed && !dryRun },
        lines: [
          ...columns(
            ['', 'counted', 'recounted'],
            COUNTED.map((name) => [name, String(before[name]), String(after[name])]),
          ),
          changed ? (dryRun ? 'nothing is written: --dry-run' : 'usage is corrected') : 'usage is right',
        ],
      };
  }
  throw new CommandFailure(`usage of ${project} changes all the time: pause the intake of compute-task and try again`);
}
