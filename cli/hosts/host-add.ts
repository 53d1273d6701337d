import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { cellNamed } from '#cli/inventory/cells';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { addHost } from '#cli/inventory/hosts';
import { checkPrincipal } from '#cli/inventory/principals';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

const HOST = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/u;

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** `host add HOST --cell CELL`: done again, it makes what is missing. */
export function addHostAdd(parent: Command, cli: Cli): void {
  const command = parent
    .command('add')
    .description('Map a host to its cell, let its principals speak for it, make its queue')
    .argument('<host>', 'name of the host, as its compute service calls itself')
    .requiredOption('--cell <cell>', 'name of its cell')
    .option('--principal <id>', 'AROA…, AROA…:session or AIDA… that speaks for it; may be repeated', collect)
    .option('--role <name>', 'name of an IAM role that speaks for it; may be repeated', collect);
  answering(command, cli, async ({ target, args: [host = ''], option, options }) => {
    if (!HOST.test(host)) throw new CommandFailure(`"${host}" is no host name`, EXIT.usage);
    const cell = await cellNamed(target, option('cell') ?? '');
    const principals = await principalsOf(target, host, options('principal'), options('role'));
    const done = await addHost(target, host, cell, principals);
    const summary = done.length === 0 ? `host ${host} is there already` : `host ${host}: ${done.join(', ')}`;
    return { data: { host, cell: cell.name, principals, done }, lines: [summary] };
  });
}

async function principalsOf(
  target: DeploymentTarget,
  host: string,
  given: readonly string[],
  roles: readonly string[],
): Promise<string[]> {
  for (const principal of given) checkPrincipal(target, principal);
  const ids = await Promise.all(roles.map((name) => target.roleId(name)));
  if (given.length + ids.length > 0) return [...given, ...ids];
  if (target.emulated) return [`host:${host}`];
  throw new CommandFailure(`host ${host} has no principal: give --role NAME or --principal AROA…`, EXIT.usage);
}
