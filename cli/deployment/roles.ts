import { GetRoleCommand, ListRolesCommand, NoSuchEntityException, type IAMClient } from '@aws-sdk/client-iam';
import { ListFunctionsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Json } from '#ports/json';
import { CommandFailure } from './failure.ts';

/**
 * The unique id of an IAM role (`AROA…`), as the sender of a message is known by.
 *
 * @throws CommandFailure when there is no role of that name
 */
export async function roleId(client: IAMClient, name: string): Promise<string> {
  const id = await findRoleId(client, name);
  if (id !== undefined) return id;
  throw new CommandFailure(`IAM knows no role ${name}: check its name and the account`);
}

async function findRoleId(client: IAMClient, name: string): Promise<string | undefined> {
  try {
    const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
    return Role?.RoleId;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}

/**
 * Unique id of the role in which the object function of a cell acts from another account; undefined where it runs in
 * this one.
 */
export const cellRole = (client: IAMClient, deployment: string, cell: string): Promise<string | undefined> =>
  findRoleId(client, `${deployment}-cell-${cell}-object-rpc`);

/** A role with who may act as it by its trust policy. */
export interface TrustedRole {
  readonly name: string;
  readonly trust: Json;
}

/** The role of a unique id; undefined when the account has none. IAM finds roles by name alone, so all are listed. */
export async function roleOfId(client: IAMClient, id: string): Promise<TrustedRole | undefined> {
  for (let Marker: string | undefined; ; ) {
    const answer = await client.send(new ListRolesCommand({ MaxItems: 1000, ...(Marker ? { Marker } : {}) }));
    const found = answer.Roles?.find(({ RoleId }) => RoleId === id);
    if (found !== undefined) return { name: found.RoleName ?? '', trust: documentOf(found.AssumeRolePolicyDocument) };
    Marker = answer.IsTruncated === true ? answer.Marker : undefined;
    if (Marker === undefined) return undefined;
  }
}

/** IAM writes documents in the form of URLs. */
function documentOf(text: string | undefined): Json {
  const parsed: Json = JSON.parse(decodeURIComponent(text ?? '{}'));
  return parsed;
}

/** Unique ids of the roles under which the functions of a deployment run, in order. */
export async function functionRoles(lambda: LambdaClient, iam: IAMClient, deployment: string): Promise<string[]> {
  const names = new Set<string>();
  for (let Marker: string | undefined; ; ) {
    const answer = await lambda.send(new ListFunctionsCommand(Marker === undefined ? {} : { Marker }));
    for (const { Environment, Role } of answer.Functions ?? [])
      if (Environment?.Variables?.['DEPLOYMENT'] === deployment && Role !== undefined)
        names.add(Role.slice(Role.lastIndexOf('/') + 1));
    Marker = answer.NextMarker;
    if (Marker === undefined) break;
  }
  const ids = await Promise.all([...names].map((name) => roleId(iam, name)));
  return ids.toSorted();
}
