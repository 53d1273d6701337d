import type { Command } from 'commander';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { amountsText } from '#cli/output/amounts';
import { columns, shown } from '#cli/output/columns';
import { CommandFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { cellOf, partitionOf, instanceRow, type InstanceRow } from '#cli/inventory/instances';
import { timeline } from '#cli/inventory/timeline';

/** `server show UUID`: what it is, who is at work on it, and its actions, events and faults in the order of time. */
export function addServerShow(parent: Command, cli: Cli): void {
  const command = parent.command('show').description('Show a server with its timeline').argument('<uuid>', 'its uuid');
  answering(command, cli, ({ target, args: [uuid = ''] }) => show(target, uuid));
}

async function show(target: DeploymentTarget, uuid: string): Promise<Answer> {
  const cell = await cellOf(target, uuid);
  const items = cell === undefined ? [] : await partitionOf(target, cell, uuid);
  const instance = items.find(({ sk }) => sk === 'instance');
  if (cell === undefined || instance === undefined) return beforeItsCell(target, uuid);
  const row = instanceRow(cell, instance);
  const [claims, moments] = [await target.placement.allocations(uuid), timeline(items)];
  const providers = await namesOf(target, Object.keys(claims));
  const facts = [
    ...head(row),
    ...Object.entries(claims).map(
      ([provider, amounts]) => `claim      ${shown(providers[provider])} (${provider}): ${amountsText(amounts)}`,
    ),
    '',
    columns(
      ['time', 'what', 'host', ''],
      moments.map(({ at, what, host, text }) => [at, what, shown(host), text]),
      'nothing has happened to it',
    ),
  ];
  return { data: { ...row, claims, providers, timeline: moments }, lines: facts };
}

/**
 * The names of providers by uuid: those of compute nodes are their hosts' or hypervisors'; null for one that is gone.
 */
const namesOf = async (target: DeploymentTarget, uuids: readonly string[]): Promise<Record<string, string | null>> =>
  Object.fromEntries(
    await Promise.all(uuids.map(async (uuid) => [uuid, (await target.placement.providerName(uuid)) ?? null] as const)),
  );

/** A server that is being scheduled is a build request and no more. */
async function beforeItsCell(target: DeploymentTarget, uuid: string): Promise<Answer> {
  const request = await target.tables.get(BUILD_REQUESTS, buildRequestKey(uuid));
  if (request === undefined)
    throw new CommandFailure(`there is no server ${uuid}: conductor server list shows those there are`);
  const hint = `it is being scheduled: conductor execution list --server ${uuid}`;
  return {
    data: { uuid, vmState: 'scheduling', cell: null },
    lines: [`server     ${uuid}`, `state      scheduling`, hint],
  };
}

const head = (instance: InstanceRow): string[] => [
  `server     ${instance.uuid} (${shown(instance.name)})`,
  `state      ${instance.vmState}${instance.taskState === null ? '' : `, ${instance.taskState}`}${instance.deleted ? ', deleted' : ''}`,
  `where      ${instance.cell}, host ${shown(instance.host)}`,
  `project    ${shown(instance.project)}`,
  `changed    ${shown(instance.updatedAt)}`,
  `waits for  ${instance.owners.join(', ') || 'nobody'}`,
];
