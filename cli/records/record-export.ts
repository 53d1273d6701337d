import type { Command } from 'commander';
import { exportedItem } from '#cli/deployment/scan';
import { answering, fileText, type Cli } from '#cli/output/answering';
import { covered } from '#cli/output/covered';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { Item } from '#ports/tables';

/** `record export TABLE`, `record export --file PATH`: items, one a line of JSON, nothing of them packed. */
export function addRecordExport(parent: Command, cli: Cli): void {
  const command = parent
    .command('export')
    .description('Print items, one a line of JSON: of a table, of a restored one, or of a file of a table export')
    .argument('[table]', 'cell-CELL, mappings, build-requests, api, requests, placement; with --restored a whole name')
    .option('--restored', 'the table is one that was restored under a name of its own')
    .option('--with-secrets', 'passwords, connections and tokens too, which are covered otherwise')
    .option('--file <path>', 'a file of an export to S3 in DynamoDB JSON, unpacked with gunzip');
  answering(command, cli, async ({ target, args: [table], flag, option }) => {
    const file = option('file');
    if ((table === undefined) === (file === undefined)) throw new CommandFailure('give TABLE or --file', EXIT.usage);
    const items: Item[] = file === undefined ? [] : exported(await fileText(cli, file, '--file'), file);
    if (table !== undefined)
      for await (const item of target.stored(flag('restored') ? table : `${target.deployment}-${table}`))
        items.push(item);
    const shown = flag('withSecrets') ? items : items.map(covered);
    return { data: shown, lines: shown.map((item) => JSON.stringify(item)) };
  });
}

function exported(text: string, file: string): Item[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    try {
      return [exportedItem(line)];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandFailure(`${file}, line ${at + 1} is no item of a table export: ${why}`);
    }
  });
}
