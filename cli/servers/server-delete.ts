import type { Command } from 'commander';
import { BuildRequestNotFound } from '#errors';
import { registry } from '#objects/registry';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import { instanceItem } from '#records/items/instance';
import { computeCap } from '#servers/compute-cap';
import type { Item } from '#ports/tables';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { cellNamed } from '#cli/inventory/cells';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { beginRequest, destroyInstance, instanceNamed, requestContext } from './server-request.ts';

/** `server delete UUID`: as an API deletes it: its host is ordered to, and where it has none its records go. */
export function addServerDelete(parent: Command, cli: Cli): void {
  const command = parent
    .command('delete')
    .description('Delete a server, wherever it stands')
    .argument('<uuid>', 'its uuid')
    .option('--records-only', 'do not order its host: for hosts that never come back');
  answering(command, cli, ({ target, args: [uuid = ''], flag }) => deleteInstance(target, uuid, flag('recordsOnly')));
}

async function deleteInstance(target: DeploymentTarget, uuid: string, recordsOnly: boolean): Promise<Answer> {
  const done = (how: string, ending: string): Answer => ({
    data: { uuid, deleted: how },
    lines: [`server ${uuid} ${ending}`],
  });
  if (await withdrawn(target, uuid)) return done('request', 'was being scheduled: it will not be built');
  const { cell, item } = await instanceNamed(target, uuid);
  const { host } = instanceItem(item);
  if (host === null || recordsOnly) {
    await destroyInstance(target, cell, item);
    return done('records', `is deleted${host === null ? '' : `; ${host} has not been ordered to`}`);
  }
  await terminate(target, cell, host, item);
  return done('ordered', `is being deleted by ${host}`);
}

/** A server that is being scheduled is a build request: without it nothing is built. */
async function withdrawn(target: DeploymentTarget, uuid: string): Promise<boolean> {
  if ((await target.tables.get(BUILD_REQUESTS, buildRequestKey(uuid))) === undefined) return false;
  try {
    await target.client.deleteBuildRequest(requestContext(target, {}), uuid);
    return true;
  } catch (error) {
    if (error instanceof BuildRequestNotFound) return false;
    throw error;
  }
}

const DEVICES = Object.fromEntries(
  [...registry].flatMap(([name, { version }]) => (name.startsWith('BlockDeviceMapping') ? [[name, version]] : [])),
);

async function terminate(target: DeploymentTarget, cell: string, host: string, item: Item): Promise<void> {
  const { uuid } = instanceItem(item);
  const fields = { task_state: 'deleting' };
  const { context, instance } = await beginRequest(target, cell, item, { action: 'delete', fields });
  const of = { cell };
  const bdms = await target.client.objectClassAction(
    context,
    'BlockDeviceMappingList',
    'get_by_instance_uuid',
    DEVICES,
    [uuid],
    {},
    of,
  );
  const method = 'terminate_instance';
  const version = await computeCap(target, await cellNamed(target, cell), context, method);
  await target.compute.cast({
    cell,
    host,
    method,
    version,
    args: { instance, bdms },
    context,
    uniqueId: target.ids.uuid(),
  });
}
