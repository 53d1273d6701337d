import type { Command } from 'commander';
import { MAPPINGS, principalKey } from '#records/keys';
import { answering, type Cli } from '#cli/output/answering';
import { CommandFailure } from '#cli/deployment/failure';
import { findPrincipal } from '#cli/inventory/principals';

/** `principal remove`: a publisher or operator is no longer heard; hosts go by `host remove`. */
export function addPrincipalRemove(parent: Command, cli: Cli): void {
  const command = parent
    .command('remove')
    .description('Hear a publisher or operator no longer')
    .argument('<principal>', 'as principal list shows it');
  answering(command, cli, async ({ target, args: [principal = ''] }) => {
    const known = await findPrincipal(target, principal);
    if (known === undefined)
      throw new CommandFailure(`there is no principal ${principal}: conductor principal list shows those there are`);
    if (known.hosts.length > 0)
      throw new CommandFailure(
        `${principal} speaks for ${known.hosts.join(', ')}: conductor host remove takes it away`,
      );
    await target.tables.delete(MAPPINGS, principalKey(principal));
    return {
      data: { principal, removed: true },
      lines: [`${principal} is removed`],
    };
  });
}
