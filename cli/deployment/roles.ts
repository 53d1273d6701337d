import { GetRoleCommand, NoSuchEntityException, type IAMClient } from '@aws-sdk/client-iam';
import { CommandFailure } from './failure.ts';

/**
 * The unique id of an IAM role (`AROA…`), as the sender of a message is known by.
 *
 * @throws CommandFailure when there is no role of that name
 */
export async function roleId(client: IAMClient, name: string): Promise<string> {
  try {
    const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
    if (Role?.RoleId !== undefined) return Role.RoleId;
  } catch (error) {
    if (!(error instanceof NoSuchEntityException)) throw error;
  }
  throw new CommandFailure(`IAM knows no role ${name}: check its name and the account`);
}
