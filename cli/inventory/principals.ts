import { allPages } from '#records/all-pages';
import { MAPPINGS, principalKey } from '#records/keys';
import { principalItem, PRINCIPALS, readPrincipal, type Principal, type Role } from '#records/principals';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

type Tables = Pick<DeploymentTarget, 'tables'>;

/** A principal as SQS gives it: a role's id, with its session or without, or a user's id. */
const PRINCIPAL = /^(?:AROA|AIDA)[A-Z0-9]{12,124}(?::[\w+=,.@-]{2,64})?$/u;

/** Emulators know no principals: there any text that a sender may claim. */
export function checkPrincipal(target: Pick<DeploymentTarget, 'emulated'>, principal: string): void {
  if (PRINCIPAL.test(principal) || (target.emulated && principal !== '')) return;
  throw new CommandFailure(
    `"${principal}" is no principal: give a role's or user's id (AROA…, AROA…:session, AIDA…) or use --role NAME`,
    EXIT.usage,
  );
}

export async function findPrincipal({ tables }: Tables, principal: string): Promise<Principal | undefined> {
  const item = await tables.get(MAPPINGS, principalKey(principal));
  return item && readPrincipal(item);
}

export async function listPrincipals({ tables }: Tables): Promise<Principal[]> {
  return (await allPages(tables, MAPPINGS, { index: 'by-cell', partition: PRINCIPALS })).map(readPrincipal);
}

/** A principal that is no publisher, operator or fencing agent, as far as it is known. @throws CommandFailure */
export async function mayBeOfHosts(target: Tables, principal: string): Promise<Principal | undefined> {
  const known = await findPrincipal(target, principal);
  if (known === undefined || known.role === 'host') return known;
  throw new CommandFailure(`${principal} is a ${known.role}: conductor principal remove it first`);
}

/** Lets a principal speak for one more host; answers whether that is new. */
export async function addHostToPrincipal(target: Tables, principal: string, host: string): Promise<boolean> {
  const known = await mayBeOfHosts(target, principal);
  if (known?.hosts.includes(host)) return false;
  const hosts = [...(known?.hosts ?? []), host].toSorted();
  await target.tables.put(MAPPINGS, principalItem({ principal, role: 'host', hosts }));
  return true;
}

/** Takes a host from a principal, and the principal away when it speaks for nobody else. */
export async function silence(target: Tables, principal: string, host: string): Promise<void> {
  const known = await findPrincipal(target, principal);
  if (known === undefined || known.role !== 'host') return;
  const hosts = known.hosts.filter((each) => each !== host);
  if (hosts.length === 0) await target.tables.delete(MAPPINGS, principalKey(principal));
  else await target.tables.put(MAPPINGS, principalItem({ principal, role: 'host', hosts }));
}

/** The role that is meant. @throws CommandFailure for any other word */
export function roleNamed(text: string | undefined): Exclude<Role, 'host'> {
  if (text === 'publisher' || text === 'operator' || text === 'fencing-agent') return text;
  throw new CommandFailure(
    `--as ${text ?? ''} is no role: choose publisher, operator or fencing-agent (hosts come by host add)`,
    EXIT.usage,
  );
}
