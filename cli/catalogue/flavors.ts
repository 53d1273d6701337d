import type { Command } from 'commander';
import { newObject } from '#wire/wire';
import type { JsonMap } from '#ports/json';
import { fieldsOf } from '#wire/reading';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { columns, shown } from '#cli/output/columns';
import { repeated } from '#cli/output/repeated';
import { CommandFailure } from '#cli/deployment/failure';
import { wholeNumberOf } from '#cli/inventory/choosing';
import { act, factsOf, listed, oneNamed, pairsOf, pairsShown } from './stored.ts';

const NAMED_BY = ['flavorid', 'name'];

export function addFlavorList(parent: Command, cli: Cli): void {
  answering(parent.command('list').description('List flavors'), cli, async ({ target }) => {
    const rows = (await listed(target, 'FlavorList')).map(fieldsOf);
    return {
      data: rows,
      lines: [
        columns(
          ['id', 'name', 'vcpus', 'ram', 'disk', 'ephemeral', 'swap', 'public', 'specs'],
          rows.map((row) => [
            ...['flavorid', 'name', 'vcpus', 'memory_mb', 'root_gb', 'ephemeral_gb', 'swap', 'is_public'].map((name) =>
              shown(row[name]),
            ),
            pairsShown(row['extra_specs']),
          ]),
          'there is no flavor',
        ),
      ],
    };
  });
}

export function addFlavorShow(parent: Command, cli: Cli): void {
  const command = parent.command('show').description('Show a flavor').argument('<flavor>', 'its id or name');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    const flavor = fieldsOf(oneNamed(await listed(target, 'FlavorList'), name, NAMED_BY, 'flavor'));
    return { data: flavor, lines: factsOf(flavor) };
  });
}

export function addFlavorCreate(parent: Command, cli: Cli): void {
  const command = parent
    .command('create')
    .description('Create a flavor')
    .argument('<name>', 'its name')
    .requiredOption('--vcpus <number>', 'VCPUs')
    .requiredOption('--ram <MB>', 'memory')
    .requiredOption('--disk <GB>', 'root disk')
    .option('--id <id>', 'as users name it (a uuid unless given)')
    .option('--ephemeral <GB>', 'second disk', '0')
    .option('--swap <MB>', 'swap', '0')
    .option('--private', 'for the projects that are given access alone')
    .option('--spec <key=value>', 'extra spec, may be given several times', repeated);
  answering(command, cli, createFlavor);
}

async function createFlavor({ target, args: [name = ''], option, options, flag }: Asked): Promise<Answer> {
  const sizes: JsonMap = {
    vcpus: wholeNumberOf(option('vcpus'), '--vcpus', 1),
    memory_mb: wholeNumberOf(option('ram'), '--ram', 1),
    root_gb: wholeNumberOf(option('disk'), '--disk', 0),
    ephemeral_gb: wholeNumberOf(option('ephemeral'), '--ephemeral', 0),
    swap: wholeNumberOf(option('swap'), '--swap', 0),
  };
  const flavorid = option('id') ?? target.ids.uuid();
  const there = (await listed(target, 'FlavorList')).map(fieldsOf);
  if (there.some((each) => each['flavorid'] === flavorid || each['name'] === name))
    throw new CommandFailure(`there is a flavor ${name} or ${flavorid} already: conductor flavor list shows it`);
  const fields = {
    name,
    flavorid,
    ...sizes,
    is_public: !flag('private'),
    extra_specs: pairsOf(options('spec'), '--spec'),
  };
  const made = await act(target, changed(newObject('Flavor', '1.2', fields), Object.keys(fields)), 'create');
  return { data: made, lines: [`flavor ${name} (${flavorid}) is created`] };
}

/** An object whose fields are all new, as one that is to be created comes. */
export const changed = <T extends ReturnType<typeof newObject>>(object: T, names: readonly string[]): T => ({
  ...object,
  'nova_object.changes': [...names],
});

export function addFlavorDelete(parent: Command, cli: Cli): void {
  const command = parent
    .command('delete')
    .description('Delete a flavor; servers of it keep theirs')
    .argument('<flavor>', 'its id or name');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    await act(target, oneNamed(await listed(target, 'FlavorList'), name, NAMED_BY, 'flavor'), 'destroy');
    return { data: { flavor: name, deleted: true }, lines: [`flavor ${name} is deleted`] };
  });
}
