import type { Command } from 'commander';
import type { Attributes } from '#ports/tables';
import { API } from '#records/keys';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { wholeNumberIn } from '#cli/inventory/choosing';
import {
  limitsKey,
  mayHave,
  mustBeWithinProject,
  OPTIONS,
  type Limited,
  type Owner,
} from '#cli/inventory/quota-limits';
import { ownerOf, shownLimits } from './quota-show.ts';

/** `quota set PROJECT`: limits of a project, or of one of its users, which functions look at with the next request. */
export function addQuotaSet(parent: Command, cli: Cli): void {
  const command = parent
    .command('set')
    .description('Set limits of a project or of a user of it; -1 is unlimited')
    .argument('<project>', 'id of the project')
    .option('--user <id>', 'of this user of the project')
    .option('--instances <number>', 'servers')
    .option('--cores <number>', 'VCPUs of all servers')
    .option('--ram <MB>', 'memory of all servers')
    .option('--server-groups <number>', 'server groups')
    .option('--server-group-members <number>', 'servers of one user in a group');
  answering(command, cli, setQuota);
}

async function setQuota(asked: Asked): Promise<Answer> {
  const { target } = asked;
  const owner = ownerOf(asked);
  const wanted = limitsGiven(asked, owner);
  await mustBeWithinProject(target, owner, wanted);
  const own: Attributes = owner.user === undefined ? {} : { user_id: owner.user };
  await target.tables.update(API, limitsKey(owner), { set: { project_id: owner.project, ...own, ...wanted } });
  return shownLimits(target, owner);
}

function limitsGiven({ option }: Asked, owner: Owner): Attributes {
  const given = Object.entries(OPTIONS).flatMap(([name, limited]): [Limited, number][] => {
    const text = option(name);
    return text === undefined ? [] : [[limited, limitOf(text, limited)]];
  });
  if (given.length === 0)
    throw new CommandFailure('nothing is set: give --instances, --cores, --ram or another limit', EXIT.usage);
  mayHave(
    owner,
    given.map(([name]) => name),
  );
  return Object.fromEntries(given);
}

function limitOf(text: string, name: Limited): number {
  const value = wholeNumberIn(text, -1);
  if (value !== undefined) return value;
  const option = name.replaceAll('_', '-');
  throw new CommandFailure(`--${option} ${text} is no limit: give a whole number, or -1 for unlimited`, EXIT.usage);
}
