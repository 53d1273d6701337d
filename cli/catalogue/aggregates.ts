import type { Command } from 'commander';
import { newObject } from '#wire/wire';
import type { WireObject } from '#ports/json';
import { fieldsOf, textOf, textsOf } from '#wire/reading';
import { allPages } from '#records/all-pages';
import { computeNodeItem } from '#records/items/compute-node';
import { cellTable } from '#records/keys';
import { CommandFailure } from '#cli/deployment/failure';
import { answering, type Cli } from '#cli/output/answering';
import { columns, shown } from '#cli/output/columns';
import { hostNamed } from '#cli/inventory/hosts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { repeated } from '#cli/output/repeated';
import { changed } from './flavors.ts';
import { act, factsOf, listed, oneNamed, pairsOf, pairsShown } from './stored.ts';

const named = async (target: DeploymentTarget, name: string): Promise<WireObject> =>
  oneNamed(await listed(target, 'AggregateList'), name, ['uuid', 'id', 'name'], 'aggregate');

export function addAggregateList(parent: Command, cli: Cli): void {
  answering(parent.command('list').description('List aggregates'), cli, async ({ target }) => {
    const rows = (await listed(target, 'AggregateList')).map(fieldsOf);
    return {
      data: rows,
      lines: [
        columns(
          ['id', 'name', 'hosts', 'metadata'],
          rows.map((row) => [
            shown(row['id']),
            shown(row['name']),
            textsOf(row['hosts']).join(', ') || '-',
            pairsShown(row['metadata']),
          ]),
          'there is no aggregate',
        ),
      ],
    };
  });
}

export function addAggregateShow(parent: Command, cli: Cli): void {
  const command = parent
    .command('show')
    .description('Show an aggregate')
    .argument('<aggregate>', 'its id, uuid or name');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    const aggregate = fieldsOf(await named(target, name));
    return { data: aggregate, lines: factsOf({ ...aggregate, hosts: textsOf(aggregate['hosts']).join(', ') }) };
  });
}

export function addAggregateCreate(parent: Command, cli: Cli): void {
  const command = parent
    .command('create')
    .description('Create an aggregate')
    .argument('<name>', 'its name')
    .option('--zone <name>', 'availability zone of its hosts')
    .option('--property <key=value>', 'metadata, may be given several times', repeated);
  answering(command, cli, async ({ target, args: [name = ''], option, options }) => {
    const zone = option('zone');
    const metadata = {
      ...pairsOf(options('property'), '--property'),
      ...(zone === undefined ? {} : { availability_zone: zone }),
    };
    const fields = { name, metadata };
    const made = await act(target, changed(newObject('Aggregate', '1.3', fields), Object.keys(fields)), 'create');
    return { data: made, lines: [`aggregate ${name} is created as ${shown(made['id'])}`] };
  });
}

export function addAggregateDelete(parent: Command, cli: Cli): void {
  const command = parent
    .command('delete')
    .description('Delete an aggregate')
    .argument('<aggregate>', 'its id, uuid or name');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    await act(target, await named(target, name), 'destroy');
    return { data: { aggregate: name, deleted: true }, lines: [`aggregate ${name} is deleted`] };
  });
}

/**
 * Has the Placement of the cloud, where one decides on claims, keep the nodes of a host in the aggregate of the same
 * uuid, as Nova's API does; before the record, so that the command may be repeated.
 */
async function mirror(
  { cloudPlacement, tables }: Pick<DeploymentTarget, 'cloudPlacement' | 'tables'>,
  { host, cell, aggregate }: { readonly host: string; readonly cell: string; readonly aggregate: string },
  isMember: boolean,
): Promise<void> {
  const cloud = await cloudPlacement();
  if (cloud === undefined) return;
  const query = { index: 'by-host', partition: host, sortPrefix: 'compute-node#' } as const;
  for (const item of await allPages(tables, cellTable(cell), query)) {
    const node = computeNodeItem(item).uuid ?? '';
    if (!(await cloud.setMembership(node, aggregate, isMember)) && isMember)
      throw new CommandFailure(`Placement has no provider ${node}: host ${host} has not reported to it yet`);
  }
}

const MEMBERSHIP = {
  'add-host': ['add_host', 'Put a host into an aggregate', 'is in'],
  'remove-host': ['delete_host', 'Take a host out of an aggregate', 'is no more in'],
} as const;

function addMembership(verb: keyof typeof MEMBERSHIP, parent: Command, cli: Cli): void {
  const [method, description, verbed] = MEMBERSHIP[verb];
  const command = parent
    .command(verb)
    .description(description)
    .argument('<aggregate>', 'its id, uuid or name')
    .argument('<host>', 'name of the host');
  answering(command, cli, async ({ target, args: [name = '', hostName = ''] }) => {
    const { host, cell } = await hostNamed(target, hostName);
    const aggregate = await named(target, name);
    await mirror(target, { host, cell, aggregate: textOf(fieldsOf(aggregate)['uuid']) ?? '' }, verb === 'add-host');
    const made = await act(target, aggregate, method, { host });
    return { data: made, lines: [`host ${host} ${verbed} aggregate ${name}`] };
  });
}

export const addAggregateAddHost = (parent: Command, cli: Cli): void => addMembership('add-host', parent, cli);
export const addAggregateRemoveHost = (parent: Command, cli: Cli): void => addMembership('remove-host', parent, cli);
