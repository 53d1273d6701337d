import type { Key, RecordKey, TableName } from '#ports/tables';
import type { AggregateItem } from './items/aggregate.ts';
import type { BuildRequestItem } from './items/build-request.ts';
import type { ComputeNodeItem, NodeNameItem } from './items/compute-node.ts';
import type { CounterItem } from './items/counter.ts';
import type { FlavorItem } from './items/flavor.ts';
import type { GroupItem } from './items/group.ts';
import type { StoredInstance } from './items/instance.ts';
import type { ActionItem } from './items/instance-action.ts';
import type { CellMappingItem, HostMappingItem, InstanceMappingItem } from './items/mapping.ts';
import type { MigrationItem } from './items/migration.ts';
import type { QuotaLimitsItem } from './items/quota-limits.ts';
import type { QuotaUsageItem } from './items/quota-usage.ts';
import type { RequestDocumentItem, InstanceDocumentItem } from './items/request-document.ts';
import type { RequestSpecItem } from './items/request-spec.ts';
import type { ServiceItem } from './items/service.ts';
import type { ServiceTroubleItem } from './items/service-trouble.ts';
import type { TagsItem } from './items/tags.ts';
import type { UniqueNameItem } from './items/unique-name.ts';
import type { ServedCallItem, WaitingCallItem, WaitingTaskItem } from './items/waiting-call.ts';
import type { Operation } from './operation.ts';
import type { BlockDeviceItem } from './items/block-device.ts';

/**
 * Where each record lies. A record's item holds its key, the keys of the indexes it shows up in, its fields under their
 * Nova names as wire primitives, and bookkeeping of running operations under `op:` names.
 */

/** API-level tables. */
export const MAPPINGS = 'mappings';
export const BUILD_REQUESTS = 'build-requests';
export const API = 'api';
export const REQUESTS = 'requests';
export const PLACEMENT = 'placement';

/** uuid of the cell in which servers are recorded that no host could take. */
export const CELL0_UUID = '00000000-0000-0000-0000-000000000000';

/** The table of a cell by the cell's name. */
export const cellTable = (cell: string): TableName => `cell-${cell}`;

/**
 * The partition of `by_project` in which the records of a project are listed. Those of no project have one of their
 * own: an index key is a text that is not empty.
 */
export const projectPartition = (project: string | null | undefined): string =>
  project === null || project === undefined || project === '' ? 'null' : project;

/** Partitions among which the build requests of a project are spread: every build makes one and takes it away. */
const REQUEST_PARTITIONS = 4;

/** The partitions of `by_project` in which the build requests of a project are listed. */
export const requestPartitions = (project: string | null | undefined): readonly string[] =>
  Array.from({ length: REQUEST_PARTITIONS }, (_, at) => `${projectPartition(project)}#${at}`);

/** The one of a server's build request, from the end of its uuid, which is random. */
export const requestPartition = (project: string | null | undefined, uuid: string): string =>
  requestPartitions(project)[Number.parseInt(uuid.slice(-1), 16) % REQUEST_PARTITIONS] ??
  `${projectPartition(project)}#0`;

export const cellMappingKey = (uuid: string): RecordKey<CellMappingItem> => ({ pk: `cell#${uuid}`, sk: 'cell' });
export const hostMappingKey = (host: string): RecordKey<HostMappingItem> => ({ pk: `host#${host}`, sk: 'host' });
export const instanceMappingKey = (uuid: string): RecordKey<InstanceMappingItem> => ({
  pk: `instance#${uuid}`,
  sk: 'mapping',
});

/** From a principal that SQS vouches for to the hosts it may speak for. */
export const principalKey = (principal: string): Key => ({ pk: `principal#${principal}`, sk: 'principal' });

export const buildRequestKey = (uuid: string): RecordKey<BuildRequestItem> => ({
  pk: `instance#${uuid}`,
  sk: 'build-request',
});
export const requestSpecKey = (uuid: string): RecordKey<RequestSpecItem> => ({
  pk: `instance#${uuid}`,
  sk: 'request-spec',
});

export const flavorKey = (id: number): RecordKey<FlavorItem> => ({ pk: `flavor#${id}`, sk: 'flavor' });
/** Aggregates are few and always wanted together: one partition. */
export const aggregateKey = (id: number): RecordKey<AggregateItem> => ({ pk: 'aggregates', sk: `aggregate#${id}` });
/** From a name that one record of its kind alone has to that record. */
export const uniqueNameKey = (kind: string, name: string): RecordKey<UniqueNameItem> => ({
  pk: `unique-name#${kind}#${name}`,
  sk: 'unique-name',
});
export const groupKey = (uuid: string): RecordKey<GroupItem> => ({ pk: `group#${uuid}`, sk: 'group' });
export const groupMemberKey = (uuid: string, instance: string): Key => ({
  pk: `group#${uuid}`,
  sk: `member#${instance}`,
});
/** From a member to its group. */
export const groupOfInstanceKey = (instance: string): Key => ({ pk: `group-of#${instance}`, sk: 'group-of' });
export const imageKey = (id: string): Key => ({ pk: `image#${id}`, sk: 'image' });
export const quotaKey = (project: string): RecordKey<QuotaUsageItem> => ({ pk: `quota#${project}`, sk: 'usage' });
/** What one user of a project uses of it. */
export const userUsageKey = (project: string, user: string): RecordKey<QuotaUsageItem> => ({
  pk: `quota#${project}`,
  sk: `usage#${user}`,
});
export const quotaLimitsKey = (project: string): RecordKey<QuotaLimitsItem> => ({
  pk: `quota#${project}`,
  sk: 'limits',
});
export const userLimitsKey = (project: string, user: string): RecordKey<QuotaLimitsItem> => ({
  pk: `quota#${project}`,
  sk: `limits#${user}`,
});

/** What was set while functions run. */
export const runTimeKey: Key = { pk: 'configuration', sk: 'run-time' };
/** Who changed what of it, in the order of the versions. */
export const runTimeChangeKey = (version: number): Key => ({
  pk: 'configuration',
  sk: `change#${String(version).padStart(10, '0')}`,
});

/** What is remembered of the instances that are built on a host to see whether that works. */
export const canaryKey = (host: string): Key => ({ pk: `canary#${host}`, sk: 'canary' });

/** Everything of one server lies in one partition of its cell's table. */
export const instanceKey = (uuid: string): RecordKey<StoredInstance> => ({ pk: `instance#${uuid}`, sk: 'instance' });
export const blockDeviceKey = (instance: string, uuid: string): RecordKey<BlockDeviceItem> => ({
  pk: `instance#${instance}`,
  sk: `block-device#${uuid}`,
});
export const tagsKey = (instance: string): RecordKey<TagsItem> => ({ pk: `instance#${instance}`, sk: 'tags' });
export const actionKey = (instance: string, requestId: string): RecordKey<ActionItem> => ({
  pk: `instance#${instance}`,
  sk: `action#${requestId}`,
});
export const faultKey = (instance: string, id: string): Key => ({ pk: `instance#${instance}`, sk: `fault#${id}` });
export const migrationKey = (instance: string, uuid: string): RecordKey<MigrationItem> => ({
  pk: `instance#${instance}`,
  sk: `migration#${uuid}`,
});

export const serviceKey = (host: string, binary: string): RecordKey<ServiceItem> => ({
  pk: `service#${host}#${binary}`,
  sk: 'service',
});
/** What a host has last reported of the guests that run on it. */
export const guestsKey = (host: string): Key => ({ pk: `guests#${host}`, sk: 'guests' });
/** A guest of a host that was given up for its server. */
export const secondGuestKey = (host: string, uuid: string): Key => ({ pk: `guests#${host}`, sk: `second#${uuid}` });
export const computeNodeKey = (uuid: string): RecordKey<ComputeNodeItem> => ({
  pk: `compute-node#${uuid}`,
  sk: 'compute-node',
});
/** From the two names of a compute node to its uuid. */
export const nodeNameKey = (host: string, node: string): RecordKey<NodeNameItem> => ({
  pk: `node-name#${host}#${node}`,
  sk: 'node-name',
});
/** What placement knows of a compute node. */
export const providerKey = (uuid: string): Key => ({ pk: `provider#${uuid}`, sk: 'provider' });
export const counterKey = (name: string): RecordKey<CounterItem> => ({ pk: `counter#${name}`, sk: 'counter' });

/** A request document and what belongs to it: sk `document`, and one `server#<uuid>` item for each server. */
export const documentKey = (request: string): RecordKey<RequestDocumentItem> => ({
  pk: `request#${request}`,
  sk: 'document',
});
export const instanceDocumentKey = (request: string, uuid: string): RecordKey<InstanceDocumentItem> => ({
  pk: `request#${request}`,
  sk: `server#${uuid}`,
});
/** What was met last of a service of the cloud that cannot be used; in the table of requests, whose items expire. */
export const serviceTroubleKey = (service: string): RecordKey<ServiceTroubleItem> => ({
  pk: `service-trouble#${service}`,
  sk: 'service-trouble',
});
/** Who has noted an accelerator request that no server has yet; in the table of requests, whose items expire. */
export const arqKey = (uuid: string): Key => ({ pk: `arq#${uuid}`, sk: 'arq' });
/** A call of ours that waits for its answer. */
export const callKey = (messageId: string): RecordKey<WaitingCallItem> => ({ pk: `call#${messageId}`, sk: 'call' });
/** A call of a publisher that was carried out; in the table of requests, whose items expire. */
export const servedCallKey = (uniqueId: string): RecordKey<ServedCallItem> => ({
  pk: `call#${uniqueId}`,
  sk: 'served',
});
/** The Task by which an execution waits for a server; in the table of requests, whose items expire. */
export const waitingTaskKey = (uuid: string, operation: Operation, execution: string): RecordKey<WaitingTaskItem> => ({
  pk: `waiting-task#${uuid}`,
  sk: `${operation}#${execution}`,
});

/** What is noted of a cell's conductor queue: which pulses were read, and what went wrong. */
export const queueLagKey: Key = { pk: 'pulse', sk: 'pulse' };
/** The same of its function URL. */
export const urlLagKey: Key = { pk: 'pulse', sk: 'url' };
