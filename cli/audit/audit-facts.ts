import { readConsumer } from '#placement/consumer-item';
import { readProvider, type ProviderState } from '#placement/provider-item';
import type { CandidatePlacement } from '#ports/allocation-candidates';
import type { Allocations } from '#ports/placement';
import type { Item } from '#ports/tables';
import { API, BUILD_REQUESTS, cellTable, MAPPINGS, PLACEMENT } from '#records/keys';
import { OPERATIONS, operationState, type Operation } from '#records/operation';
import { heldOrder, type HeldOrder } from '#records/items/held-order';
import { givenUpHosts, type GivenUpHost } from '#records/items/given-up';
import { computeNodeItem } from '#records/items/compute-node';
import { guestsItem } from '#records/items/guests';
import { readPrincipal, type Principal } from '#records/principals';
import { cellRows, type CellRow } from '#cli/inventory/cells';
import { hostRow, type HostRow } from '#cli/inventory/hosts';
import { usageOf, type Reserved, type Usage } from '#cli/inventory/quota-usage';
import { requestFacts, type MetTrouble, type Requested, type RequestsTarget } from './request-facts.ts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { instanceRow, type InstanceRow } from '#cli/inventory/instances';
import { migrationItem } from '#records/items/migration';
import { isFinished } from '#records/migration-index';
import { serviceItem } from '#records/items/service';
import { instanceMappingItem } from '#records/items/mapping';
import { quotaHeld } from '#records/instance-quota';
import {
  evacuating,
  isEvacuation,
  isFailedEvacuation,
  moving,
  type AuditedEvacuation,
  type AuditedMigration,
} from './audited-migrations.ts';

/** What an audit reads. */
export type AuditTarget = Pick<DeploymentTarget, 'cloudPlacement' | 'clock' | 'tables'> & RequestsTarget;

/** An operation that a server's record remembers. */
interface OwnedBy {
  readonly operation: Operation;
  readonly owner: string;
  /** Status of the execution; `gone` when there is none. */
  readonly status: string;
}

export interface AuditedInstance extends Omit<InstanceRow, 'owners'> {
  readonly owners: readonly OwnedBy[];
  readonly quota: ReturnType<typeof quotaHeld>;
  /** Hosts that were given up while they were at work on it. */
  readonly givenUp: readonly GivenUpHost[];
  /** What was noted when its order had to wait for a person; the wait may be over. */
  readonly held: HeldOrder | undefined;
}

/** What a host has last reported of its guests. */
export type AuditedGuests = ReturnType<typeof guestsItem> & { readonly cell: string };

/** A compute service that was heard. */
interface HeardService {
  readonly host: string;
  readonly cell: string;
  /** Epoch milliseconds. */
  readonly heardAt: number;
}

interface Mapped {
  readonly uuid: string;
  readonly cell: string | null;
}

/** Everything that an audit compares, as it was read. */
export interface AuditFacts {
  readonly now: number;
  readonly cells: readonly CellRow[];
  readonly instances: readonly AuditedInstance[];
  readonly mappings: readonly Mapped[];
  readonly hosts: readonly HostRow[];
  readonly services: readonly HeardService[];
  readonly principals: readonly Principal[];
  readonly buildRequests: readonly { readonly uuid: string; readonly createdAt: string | null }[];
  readonly requested: readonly Requested[];
  readonly reserved: readonly Reserved[];
  /** What was met last of each service of the cloud that could not be used. */
  readonly troubles: readonly MetTrouble[];
  /** What consumers hold, those that hold nothing left out. */
  readonly claims: ReadonlyMap<string, Allocations>;
  readonly providers: readonly ProviderState[];
  /** Whether a cloud's Placement decides on claims. */
  readonly isClaimedInCloud: boolean;
  /** Migrations that are not over hold claims of their own. */
  readonly migrations: readonly AuditedMigration[];
  readonly usage: readonly Usage[];
  readonly guests: readonly AuditedGuests[];
  readonly evacuations: readonly AuditedEvacuation[];
  /** Compute nodes that are not deleted. */
  readonly nodes: readonly { readonly uuid: string; readonly host: string; readonly cell: string }[];
}

/**
 * Reads all tables. Claims are read first and servers afterwards, so that a server that comes while this reads is never
 * missing; one that goes meanwhile is looked at again before anything is concluded.
 */
export async function auditFacts(target: AuditTarget): Promise<AuditFacts> {
  const { claims, providers, isClaimedInCloud } = await placementFacts(target);
  // Before all that it is compared with: usage that has not changed until it is corrected was read with the rest.
  const usage = await usageFacts(target);
  const requests = await requestFacts(target);
  const buildRequests = await listed(
    target,
    BUILD_REQUESTS,
    ({ sk }) => sk === 'build-request',
    (item) => ({
      uuid: item.pk.slice('instance#'.length),
      createdAt: instanceMappingItem(item).created_at,
    }),
  );
  const cells = await cellRows(target);
  const records = await Promise.all(cells.map((cell) => cellFacts(target, cell)));
  const mapped = await mappingFacts(target);
  return {
    now: target.clock.now(),
    cells,
    instances: withCopies(records.flatMap(({ instances }) => instances)),
    migrations: records.flatMap(({ migrations }) => migrations),
    services: records.flatMap(({ services }) => services),
    guests: records.flatMap(({ guests }) => guests),
    evacuations: records.flatMap(({ evacuations }) => evacuations),
    nodes: records.flatMap(({ nodes }) => nodes),
    ...mapped,
    ...requests,
    buildRequests,
    claims,
    providers,
    isClaimedInCloud,
    usage,
  };
}

async function placementFacts(target: AuditTarget) {
  const own = new Map<string, Allocations>();
  const providers: ProviderState[] = [];
  for await (const item of target.scan(PLACEMENT)) {
    if (item.sk === 'provider') providers.push(readProvider(item));
    if (item.sk !== 'consumer') continue;
    const { allocations } = readConsumer(item);
    if (Object.keys(allocations).length > 0) own.set(item.pk.slice('consumer#'.length), allocations);
  }
  const cloud = await target.cloudPlacement();
  if (cloud === undefined) return { claims: own, providers, isClaimedInCloud: false };
  const nodes = providers.filter(({ parent }) => parent === null).map(({ provider }) => provider.uuid);
  return { claims: await claimsOnNodes(cloud, nodes), providers, isClaimedInCloud: true };
}

/** What consumers hold on these nodes, and on providers below them. */
export async function claimsOnNodes(
  cloud: Pick<CandidatePlacement, 'claimsOn'>,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, Allocations>> {
  const claims = new Map<string, Allocations>();
  for (const node of nodes)
    for (const [consumer, allocations] of await cloud.claimsOn(node))
      claims.set(consumer, { ...claims.get(consumer), ...allocations });
  return claims;
}

async function usageFacts(target: AuditTarget): Promise<readonly Usage[]> {
  const quotas = await listed(target, API, ({ pk }) => pk.startsWith('quota#'), usageOf);
  return quotas.filter((each) => each !== undefined);
}

async function cellFacts(target: AuditTarget, cell: CellRow) {
  const instances: AuditedInstance[] = [];
  const migrations: AuditedMigration[] = [];
  const services: HeardService[] = [];
  const guests: AuditedGuests[] = [];
  const evacuations: AuditedEvacuation[] = [];
  const nodes: AuditFacts['nodes'][number][] = [];
  for await (const item of target.scan(cellTable(cell.name))) {
    if (item.sk === 'service') services.push(...heard(cell.name, item));
    if (item.sk === 'instance') instances.push(await audited(target, cell.name, item));
    if (item.sk === 'guests') guests.push({ ...guestsItem(item), cell: cell.name });
    const migration = item.sk.startsWith('migration#') ? migrationItem(item) : undefined;
    if (migration !== undefined && (!isFinished(migration.status) || isFailedEvacuation(migration)))
      migrations.push(moving(cell.name, migration));
    if (migration !== undefined && isEvacuation(migration)) evacuations.push(evacuating(cell.name, migration));
    const node = item.sk === 'compute-node' ? computeNodeItem(item) : undefined;
    if (node?.deleted === false) nodes.push({ uuid: node.uuid ?? '', host: node.host ?? '', cell: cell.name });
  }
  return { instances, migrations, services, guests, evacuations, nodes };
}

/** A compute service that has said something; of one that was deleted nothing is expected. */
function heard(cell: string, item: Item): HeardService[] {
  const { host, last_seen_up, deleted } = serviceItem(item);
  if (host === null || last_seen_up === null || deleted || !item.pk.endsWith('#nova-compute')) return [];
  return [{ host, cell, heardAt: Date.parse(last_seen_up) }];
}

async function audited(target: AuditTarget, cell: string, item: Item): Promise<AuditedInstance> {
  const owners = await Promise.all(
    OPERATIONS.map(async (operation): Promise<OwnedBy[]> => {
      const { owner } = operationState(item, operation);
      if (owner === null) return [];
      const status = (await target.executions.describe(operation, owner))?.status ?? 'gone';
      return [{ operation, owner, status }];
    }),
  );
  return {
    ...instanceRow(cell, item),
    owners: owners.flat(),
    quota: quotaHeld(item),
    givenUp: givenUpHosts(item),
    held: heldOrder(item),
  };
}

/** What is at work on a hidden copy is at work on its server. */
function withCopies(instances: readonly AuditedInstance[]): AuditedInstance[] {
  const copies = Map.groupBy(
    instances.filter(({ deleted, hidden }) => hidden && !deleted),
    ({ uuid }) => uuid,
  );
  return instances.map((instance) => {
    const others = instance.hidden ? [] : (copies.get(instance.uuid) ?? []);
    const owners = others.flatMap((copy) => copy.owners);
    return { ...instance, owners: [...instance.owners, ...owners] };
  });
}

async function mappingFacts(target: AuditTarget): Promise<Pick<AuditFacts, 'mappings' | 'hosts' | 'principals'>> {
  const mappings: Mapped[] = [];
  const hosts: HostRow[] = [];
  const principals: Principal[] = [];
  for await (const item of target.scan(MAPPINGS)) {
    if (item.sk === 'mapping')
      mappings.push({ uuid: item.pk.slice('instance#'.length), cell: instanceMappingItem(item).cell });
    if (item.sk === 'host') hosts.push(hostRow(item));
    if (item.sk === 'principal') principals.push(readPrincipal(item));
  }
  return { mappings, hosts, principals };
}

async function listed<T>(
  target: AuditTarget,
  table: string,
  wanted: (item: Item) => boolean,
  row: (item: Item) => T,
): Promise<T[]> {
  const rows: T[] = [];
  for await (const item of target.scan(table)) if (wanted(item)) rows.push(row(item));
  return rows;
}
