import { isoSeconds } from '#conductor/time';
import { absent } from '#ports/conditions';
import { DATA_KEY_SECONDS } from '#ports/conductor-queue';
import { hostQueue } from '#ports/host-queue';
import { ConditionFailed, type Item, type AttributesOf } from '#ports/tables';
import { hostMappingKey, MAPPINGS } from '#records/keys';
import type { CellRow } from './cells.ts';
import { CommandFailure } from '#cli/deployment/failure';
import { hostQueuePolicy } from './host-policy.ts';
import { addHostToPrincipal, mayBeOfHosts } from './principals.ts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { hostMappingItem, type HostMappingItem } from '#records/items/mapping';

/** A host mapping as operators see it. */
export interface HostRow {
  readonly host: string;
  readonly cell: string;
  readonly cellUuid: string;
  readonly principals: readonly string[];
}

export function hostRow(item: Item): HostRow {
  const { host, cell, cell_uuid, principals } = hostMappingItem(item);
  return { host: host ?? '', cell: cell ?? '', cellUuid: cell_uuid ?? '', principals };
}

/** @throws CommandFailure when the host is mapped to no cell */
export async function hostNamed({ tables }: Pick<DeploymentTarget, 'tables'>, host: string): Promise<HostRow> {
  const item = await tables.get(MAPPINGS, hostMappingKey(host));
  if (item === undefined)
    throw new CommandFailure(`there is no host ${host}: conductor host list shows those there are`);
  return hostRow(item);
}

/**
 * Maps a host to its cell, lets principals speak for it and makes its queue; each part is left alone where it is there.
 * Answers what was done.
 */
export async function addHost(
  target: DeploymentTarget,
  host: string,
  cell: Pick<CellRow, 'name' | 'uuid'>,
  principals: readonly string[],
): Promise<string[]> {
  const done: string[] = [];
  // What would be refused in the end is refused before anything is written: all principals count, those of before too.
  const before = await target.tables.get(MAPPINGS, hostMappingKey(host));
  const known = before === undefined ? [] : hostRow(before).principals;
  policyOf(target, hostQueue(cell.name, host), [...new Set([...known, ...principals])]);
  for (const principal of principals) await mayBeOfHosts(target, principal);
  const item = await mapHost(target, host, cell, principals);
  if (item === undefined) done.push(`mapped to ${cell.name}`);
  else await checkCell(target, item, cell.name, principals, done);
  for (const principal of principals)
    if (await addHostToPrincipal(target, principal, host)) done.push(`${principal} may speak for it`);
  const all = [...new Set([...(item === undefined ? [] : hostRow(item).principals), ...principals])];
  if (await ensureQueue(target, hostQueue(cell.name, host), all)) done.push(`queue ${hostQueue(cell.name, host)} made`);
  return done;
}

/** Answers the mapping that is there; nothing when it was made. */
async function mapHost(
  target: DeploymentTarget,
  host: string,
  cell: Pick<CellRow, 'name' | 'uuid'>,
  principals: readonly string[],
): Promise<Item | undefined> {
  const item: Item = {
    ...hostMappingKey(host),
    id: await target.counter.nextId(target.tables, MAPPINGS, 'host_mappings'),
    host,
    cell: cell.name,
    cell_uuid: cell.uuid,
    principals: [...principals],
    by_cell: cell.uuid,
    by_cell_sort: `host#${host}`,
    created_at: isoSeconds(target.clock.now()),
    updated_at: null,
  };
  try {
    await target.tables.put(MAPPINGS, item, absent);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionFailed) || error.item === undefined) throw error;
    return error.item;
  }
}

async function checkCell(
  target: DeploymentTarget,
  item: Item,
  cell: string,
  principals: readonly string[],
  done: string[],
): Promise<void> {
  const { host, cell: mapped, principals: known } = hostRow(item);
  if (mapped !== cell)
    throw new CommandFailure(`host ${host} is mapped to ${mapped}: conductor host remove ${host} first`);
  const all = [...new Set([...known, ...principals])];
  if (all.length === known.length) return;
  const set: AttributesOf<HostMappingItem> = { principals: all, updated_at: isoSeconds(target.clock.now()) };
  await target.tables.update(MAPPINGS, hostMappingKey(host), { set });
  done.push('mapping names the principal');
}

const policyOf = ({ account, queueAdmin }: DeploymentTarget, queue: string, principals: readonly string[]): object =>
  hostQueuePolicy({ queueArn: queueAdmin.arn(queue), account, principals });

async function ensureQueue(target: DeploymentTarget, queue: string, principals: readonly string[]): Promise<boolean> {
  if (target.emulated) return target.queueAdmin.ensure(queue, {});
  const { queueAdmin } = target;
  const Policy = JSON.stringify(policyOf(target, queue, principals));
  const KmsMasterKeyId = `alias/${target.deployment}-data`;
  const KmsDataKeyReusePeriodSeconds = String(DATA_KEY_SECONDS);
  const MessageRetentionPeriod = String(4 * 86_400);
  return queueAdmin.ensure(queue, { Policy, KmsMasterKeyId, KmsDataKeyReusePeriodSeconds, MessageRetentionPeriod });
}
