import type { Command } from 'commander';
import { API } from '#records/keys';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { limitsKey, mayHave, namesOf, OPTIONS } from '#cli/inventory/quota-limits';
import { ownerOf, shownLimits } from './quota-show.ts';

/** `quota unset PROJECT`: the limits of the deployment hold again, or the project's for a user. */
export function addQuotaUnset(parent: Command, cli: Cli): void {
  const command = parent
    .command('unset')
    .description('Take limits of a project or of a user away: all of them, unless some are named')
    .argument('<project>', 'id of the project')
    .option('--user <id>', 'of this user of the project')
    .option('--instances', 'servers')
    .option('--cores', 'VCPUs of all servers')
    .option('--ram', 'memory of all servers')
    .option('--server-groups', 'server groups')
    .option('--server-group-members', 'servers of one user in a group');
  answering(command, cli, unsetQuota);
}

async function unsetQuota(asked: Asked): Promise<Answer> {
  const { target, flag } = asked;
  const owner = ownerOf(asked);
  const named = Object.entries(OPTIONS).flatMap(([name, limited]) => (flag(name) ? [limited] : []));
  mayHave(owner, named);
  const remove = named.length === 0 ? namesOf(owner) : named;
  await target.tables.update(API, limitsKey(owner), { set: { project_id: owner.project }, remove });
  return shownLimits(target, owner);
}
