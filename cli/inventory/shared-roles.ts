import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { findPrincipal } from './principals.ts';
import { sessionNames } from './session-names.ts';

type Target = Pick<DeploymentTarget, 'emulated' | 'roleOfId' | 'tables'>;

/** What the operator says of a role that several share. */
export interface Sharing {
  /** One program stands for all hosts of the role. */
  readonly bridge: boolean;
  /** No profile of IAM Roles Anywhere accepts custom session names. */
  readonly awsNames: boolean;
}

/**
 * Refuses a session of a role whose sessions choose their names themselves: each of them could be any of the others.
 *
 * @throws CommandFailure which names who chooses, and the remedy
 */
export async function checkSession(
  target: Pick<Target, 'emulated' | 'roleOfId'>,
  principal: string,
  { awsNames }: Pick<Sharing, 'awsNames'>,
): Promise<void> {
  const [id = '', session] = principal.split(':');
  if (target.emulated || session === undefined) return;
  const role = await target.roleOfId(id);
  if (role === undefined)
    throw new CommandFailure(`the account has no role with the id ${id}: who names its sessions is unknown`);
  const { chosenBy, rolesAnywhere } = sessionNames(role.trust);
  if (chosenBy.length > 0)
    throw new CommandFailure(
      `sessions of the role ${role.name} choose their own names (its trust policy lets ${named(chosenBy)} assume it), ` +
        'so each could speak for every other: give every host a role of its own (--role), or let EC2 alone assume it, ' +
        'which names sessions by their instances',
      EXIT.usage,
    );
  if (rolesAnywhere && !awsNames)
    throw new CommandFailure(
      `the role ${role.name} is assumed by IAM Roles Anywhere, whose profiles may accept custom session names: see that ` +
        "aws rolesanywhere list-profiles --query 'profiles[?acceptRoleSessionName].name' names none of it and say " +
        '--aws-names-sessions, or give every host a role of its own (--role)',
      EXIT.usage,
    );
}

/**
 * Refuses a role as a whole that speaks for another host already.
 *
 * @throws CommandFailure which names the hosts, and the remedy
 */
export async function checkWholeRole(
  target: Pick<Target, 'emulated' | 'tables'>,
  principal: string,
  host: string,
  { bridge }: Pick<Sharing, 'bridge'>,
): Promise<void> {
  if (target.emulated || bridge || principal.includes(':')) return;
  const others = ((await findPrincipal(target, principal))?.hosts ?? []).filter((each) => each !== host);
  if (others.length === 0) return;
  throw new CommandFailure(
    `${principal} speaks for ${named(others)} already, and would for ${host} in every session: give ${host} a role of its ` +
      'own, or register the sessions of an instance profile (--principal AROA…:i-0abc); a bridge that stands for all ' +
      'of them is said by --bridge',
    EXIT.usage,
  );
}

/** The first few of many. */
const named = (all: readonly string[]): string =>
  `${all.slice(0, 3).join(', ')}${all.length > 3 ? ` and ${all.length - 3} more` : ''}`;
