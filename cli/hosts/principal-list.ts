import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { listPrincipals } from '#cli/inventory/principals';

/** `principal list`: everybody who may send, hosts included. */
export function addPrincipalList(parent: Command, cli: Cli): void {
  const command = parent.command('list').description('List who may send');
  answering(command, cli, async ({ target }) => {
    const rows = await listPrincipals(target);
    return {
      data: rows,
      lines: [
        columns(
          ['principal', 'role', 'hosts'],
          rows.map(({ principal, role, hosts }) => [principal, role, hosts.join(', ') || '-']),
          'nobody is registered',
        ),
      ],
    };
  });
}
