import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { covered } from '#cli/output/covered';
import type { Json } from '#ports/json';
import { CommandFailure } from '#cli/deployment/failure';

/** `record show TABLE PK [SK]`: what is stored under a key, nothing of it packed. */
export function addRecordShow(parent: Command, cli: Cli): void {
  const command = parent
    .command('show')
    .description('Show the items of a key as they are read, in JSON; passwords, connections and tokens are covered')
    .argument('<table>', 'cell-CELL, mappings, build-requests, api, requests, placement; with --restored a whole name')
    .argument('<pk>', 'partition key, like instance#UUID')
    .argument('[sk]', 'sort key, like instance (all of them unless given)')
    .option('--restored', 'the table is one that was restored under a name of its own');
  answering(command, cli, async ({ target, args, flag }) => {
    const [table = '', pk = '', sk] = args;
    const name = flag('restored') ? table : `${target.deployment}-${table}`;
    const items: Json[] = [];
    for await (const item of target.stored(name, pk)) if (sk === undefined || item.sk === sk) items.push(covered(item));
    if (items.length === 0) throw new CommandFailure(`${name} has no ${[pk, sk].join(' ').trim()}`);
    return { data: items, lines: JSON.stringify(items, undefined, 2).split('\n') };
  });
}
