import type { Command } from 'commander';
import { repeated } from '#cli/output/repeated';
import { answering, type Cli } from '#cli/output/answering';
import { cellNamed } from '#cli/inventory/cells';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { hostRolePolicy } from '#cli/inventory/host-role';
import { addHost } from '#cli/inventory/hosts';
import { checkPrincipal } from '#cli/inventory/principals';
import { CELL0_UUID } from '#records/keys';
import { checkSession, checkWholeRole } from '#cli/inventory/shared-roles';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

const HOST = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/u;

/** `host add HOST --cell CELL`: done again, it makes what is missing. */
export function addHostAdd(parent: Command, cli: Cli): void {
  const command = parent
    .command('add')
    .description('Map a host to its cell, let its principals speak for it, make its queue')
    .argument('<host>', 'name of the host, as its compute service calls itself')
    .requiredOption('--cell <cell>', 'name of its cell')
    .option('--principal <id>', 'AROA…, AROA…:session or AIDA… that speaks for it; may be repeated', repeated)
    .option('--role <name>', 'name of an IAM role that speaks for it; may be repeated', repeated)
    .option('--bridge', 'the role belongs to a bridge, which stands for several hosts')
    .option('--aws-names-sessions', 'no profile of IAM Roles Anywhere lets sessions of the role choose their names');
  answering(command, cli, async ({ target, args: [host = ''], option, options, flag }) => {
    if (!HOST.test(host)) throw new CommandFailure(`"${host}" is no host name`, EXIT.usage);
    const cell = await cellNamed(target, option('cell') ?? '');
    if (cell.uuid === CELL0_UUID)
      throw new CommandFailure(`${cell.name} has no hosts: it keeps the servers that no host could take`, EXIT.usage);
    const principals = await principalsOf(target, host, options('principal'), options('role'));
    for (const principal of principals) {
      await checkSession(target, principal, { awsNames: flag('awsNamesSessions') });
      await checkWholeRole(target, principal, host, { bridge: flag('bridge') });
    }
    const done = await addHost(target, host, cell, principals);
    const summary = done.length === 0 ? `host ${host} is there already` : `host ${host}: ${done.join(', ')}`;
    const needs = target.emulated ? undefined : await needsOf(target, host, cell.name, principals);
    return {
      data: { host, cell: cell.name, principals, done, ...needs },
      lines: [summary, ...(needs === undefined ? [] : linesOf(host, needs))],
    };
  });
}

/** What is still to be set up for a host: the policy of its role, and the settings of its driver. */
interface Needs {
  readonly rolePolicy: object;
  readonly conductorPrincipals: readonly string[];
  readonly principal: string;
  /** Absent where no direct calls are offered. */
  readonly directUrl?: string;
  /** Whether the driver serves the deployment's own placement; otherwise computes ask the Placement of its cloud. */
  readonly servesPlacement: boolean;
}

/** Where OpenStack's Placement listens when it runs by itself: free on a host that has none. */
const PLACEMENT_PORT = 8778;

async function needsOf(
  target: DeploymentTarget,
  host: string,
  cell: string,
  principals: readonly string[],
): Promise<Needs> {
  const { deployment, account } = target;
  const directUrl = await target.directUrl(cell);
  return {
    rolePolicy: hostRolePolicy({
      deployment,
      account,
      arn: (service, resource) => target.arn(service, resource),
      host,
      cell,
      principals,
      directCalls: directUrl !== undefined,
    }),
    conductorPrincipals: await target.functionRoles(cell),
    principal: principals[0] ?? '',
    ...(directUrl === undefined ? {} : { directUrl }),
    servesPlacement: (await target.settings()).openstackServices?.includes('placement') !== true,
  };
}

const linesOf = (host: string, needs: Needs): string[] => [
  '',
  `The policy that the role of ${host} needs, and nothing else:`,
  JSON.stringify(needs.rolePolicy, undefined, 2),
  '',
  'What its nova.conf says:',
  '[oslo_messaging_sqs]',
  `principal = ${needs.principal}`,
  `conductor_principals = ${needs.conductorPrincipals.join(', ')}`,
  ...(needs.directUrl === undefined ? [] : [`direct_url = ${needs.directUrl}`]),
  ...(needs.servesPlacement
    ? [
        `placement_port = ${PLACEMENT_PORT}`,
        '[placement]',
        'auth_type = none',
        `endpoint_override = http://127.0.0.1:${PLACEMENT_PORT}`,
      ]
    : []),
];

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
