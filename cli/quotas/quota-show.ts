import type { Command } from 'commander';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { limitRows, type Owner } from '#cli/inventory/quota-limits';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** `quota show PROJECT`: its limits, who set them, and what is used of them. */
export function addQuotaShow(parent: Command, cli: Cli): void {
  const command = parent
    .command('show')
    .description('Show limits and usage of a project, or of a user of it')
    .argument('<project>', 'id of the project')
    .option('--user <id>', 'of this user of the project');
  answering(command, cli, (asked) => shownLimits(asked.target, ownerOf(asked)));
}

export const ownerOf = ({ args: [project = ''], option }: Pick<Asked, 'args' | 'option'>): Owner => ({
  project,
  user: option('user'),
});

const FROM = { user: 'the user', project: 'the project', default: 'the deployment', none: 'nobody' } as const;

export async function shownLimits(target: DeploymentTarget, owner: Owner): Promise<Answer> {
  const rows = await limitRows(target, owner);
  return {
    data: { ...owner, limits: rows },
    lines: [
      columns(
        ['limit', 'at most', 'used', 'set by'],
        rows.map(({ name, limit, from, used }) => [
          name,
          limit < 0 ? 'unlimited' : String(limit),
          used === undefined ? '-' : `${used}${limit >= 0 && used > limit ? ' (over)' : ''}`,
          FROM[from],
        ]),
      ),
    ],
  };
}
