import type { Command } from 'commander';
import { MAPPINGS } from '#records/keys';
import { principalItem } from '#records/principals';
import { answering, type Cli } from '#cli/output/answering';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { checkSession } from '#cli/inventory/shared-roles';
import { checkPrincipal, findPrincipal, roleNamed } from '#cli/inventory/principals';

/** `principal add`: an API service that publishes, an operator who redrives, or the agent that fences hosts. */
export function addPrincipalAdd(parent: Command, cli: Cli): void {
  const command = parent
    .command('add')
    .description('Let a publisher, an operator or the fencing agent send')
    .argument('[principal]', 'AROA…, AROA…:session or AIDA…')
    .option('--role <name>', 'name of an IAM role instead of an id')
    .requiredOption('--as <kind>', 'publisher, operator or fencing-agent')
    .option('--aws-names-sessions', 'no profile of IAM Roles Anywhere lets sessions of the role choose their names');
  answering(command, cli, async ({ target, args: [given], option, flag }) => {
    const role = roleNamed(option('as'));
    const named = option('role');
    const principal = given ?? (named === undefined ? undefined : await target.roleId(named));
    if (principal === undefined)
      throw new CommandFailure('nobody is named: give a principal or --role NAME', EXIT.usage);
    checkPrincipal(target, principal);
    await checkSession(target, principal, { awsNames: flag('awsNamesSessions') });
    const known = await findPrincipal(target, principal);
    if (known?.role === 'host' && known.hosts.length > 0)
      throw new CommandFailure(`${principal} speaks for ${known.hosts.join(', ')}: a host is no ${role}`);
    await target.tables.put(MAPPINGS, principalItem({ principal, role, hosts: [] }));
    return { data: { principal, role }, lines: [`${principal} is a ${role}`] };
  });
}
