import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { defaultsOf } from '#cli/inventory/quota-limits';

/** `quota defaults`: what projects have without limits of their own; keys of the context, or of run time, decide it. */
export function addQuotaDefaults(parent: Command, cli: Cli): void {
  const command = parent.command('defaults').description('Show the limits of projects without limits of their own');
  answering(command, cli, async ({ target }) => {
    const defaults = defaultsOf(await target.settings());
    const rows = Object.entries(defaults).map(([name, limit]) => [name, limit < 0 ? 'unlimited' : String(limit)]);
    return {
      data: defaults,
      lines: [
        columns(['limit', 'at most'], rows),
        'conductor config show quotaInstances, and others, shows whether the context decides or a change at run time',
      ],
    };
  });
}
