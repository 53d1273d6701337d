import type { Command } from 'commander';
import { migrationItem } from '#records/items/migration';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { partitionOf } from '#cli/inventory/instances';
import { endResize, lastResize } from './end-resize.ts';
import { instanceNamed } from './server-request.ts';

/** `server end-resize UUID`: as an API confirms or reverts a resize across cells, also where it has failed half-way. */
export function addServerEndResize(parent: Command, cli: Cli): void {
  const command = parent
    .command('end-resize')
    .description('Confirm or revert a resize across cells, whatever state the server is in')
    .argument('<uuid>', 'its uuid')
    .option('--confirm', 'it stays where it is; what is kept of it in the other cell goes')
    .option('--revert', 'it is as it was before; what it has done since is lost');
  answering(command, cli, async ({ target, args: [uuid = ''], flag }) => {
    if (flag('confirm') === flag('revert')) throw new CommandFailure('say either --confirm or --revert', EXIT.usage);
    return end(target, uuid, flag('confirm') ? 'confirm' : 'revert');
  });
}

async function end(target: DeploymentTarget, uuid: string, answer: 'confirm' | 'revert'): Promise<Answer> {
  const { cell, item } = await instanceNamed(target, uuid);
  const across = (await partitionOf(target, cell, uuid))
    .filter(({ sk }) => sk.startsWith('migration#'))
    .map((each) => ({ migration: each, ...migrationItem(each) }))
    .filter(({ cross_cell_move }) => cross_cell_move)
    .map(({ migration, status, created_at: createdAt }) => ({ migration, status, createdAt }));
  const migration = lastResize(across)?.migration;
  if (migration === undefined) throw new CommandFailure(`server ${uuid} was not resized across cells`);
  await endResize(target, { cell, item, migration }, answer);
  return { data: { uuid, cell, answer }, lines: [`server ${uuid} is asked to be ${answer}ed`] };
}
