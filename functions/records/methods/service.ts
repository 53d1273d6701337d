import * as v from 'valibot';
import { byId } from '#records/by-id';
import {
  ComputeHostNotFound,
  HostBinaryNotFound,
  ObjectActionError,
  ServiceBinaryExists,
  ServiceNotFound,
  ServiceTooOld,
} from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { ServiceList } from '#objects/compute/service';
import type { Attributes, Item } from '#ports/tables';
import { mayNot } from '#records/authority/conditions';
import { tableOf } from '#records/cell-table';
import { absentOrDeleted, createRecord, persistentFields } from '#records/create-record';
import { fenceOfNewService } from '#records/items/fence';
import { serviceItem, type ServiceItem } from '#records/items/service';
import { serviceKey } from '#records/keys';
import { flag, integer, text, texts } from '#records/arguments';
import { CELL_FACTS, byCondition, ownHost } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod, mustNotSay } from '#records/remotable-method';
import { destroyService } from './service-destroy.ts';
import { minimumVersion, ofBinary, ofKind } from '#records/hosts/services-of-kind';
import { newUuid } from '#records/new-uuid';
import { computeNodeOf, computeNodesOfHost } from '#records/methods/nodes';
import { computeServiceOf, serviceOf, STORED, type ServiceObject } from '#records/hosts/compute-service';
import { changesOf, saveService } from './service-save.ts';
import { notifyServiceStatus } from '#records/hosts/service-status';
import { numberOf, refreshObject, textOf } from '#records/stored-object';
import { visible } from '#records/visibility';
import { isDeleted } from '#records/items/read';

const COMPUTE = 'nova-compute';

/** Kinds of services that a cell has. */
const BINARIES = [COMPUTE, 'nova-conductor', 'nova-scheduler', 'nova-osapi_compute', 'nova-metadata', 'nova-console'];

async function allServices(records: Records): Promise<Item[]> {
  return byId((await Promise.all(BINARIES.map((binary) => ofKind(records, binary)))).flat());
}

async function oneService(records: Records, matches: (service: ServiceItem) => boolean): Promise<ServiceObject | null> {
  const item = (await allServices(records)).find((each) => matches(serviceItem(each)));
  return item === undefined ? null : serviceOf(item);
}

async function create(records: Records, service: AnyObject): Promise<null> {
  if (service.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const table = tableOf(records);
  const host = textOf(service, 'host') ?? '';
  const binary = textOf(service, 'binary') ?? '';
  if (records.hosts !== undefined && binary !== COMPUTE)
    throw mayNot(records.hosts, `register a service ${binary}: a host is a ${COMPUTE}`);
  mustNotSay(records, service, ['last_seen_up']);
  await mustNotBeTooOld(records, service);
  const attributes: Attributes = {
    report_count: 0,
    disabled: false,
    disabled_reason: null,
    topic: null,
    last_seen_up: null,
    forced_down: false,
    version: 0,
    ...(await changesOf(service)),
    ...persistentFields(records),
    host,
    binary,
    id: await records.counter.nextId(records.tables, table, 'services'),
    uuid: textOf(service, 'uuid') ?? newUuid(records, 'service'),
    lookup: ofBinary(binary),
    lookup_sort: host,
    ...fenceOfNewService((await records.tables.get(table, serviceKey(host, binary))) ?? {}),
  };
  const item = await createRecord(
    records,
    table,
    serviceKey(host, binary),
    attributes,
    () => new ServiceBinaryExists({ host, binary }),
    absentOrDeleted,
  );
  refreshObject(service, item, STORED);
  notifyServiceStatus(records, service, 'create');
  return null;
}

/**
 * The oldest service of a cell is what all of its orders are held to, so none may be older than it from then on.
 *
 * @throws ServiceTooOld (nova.objects.service.Service._check_minimum_version)
 */
async function mustNotBeTooOld(records: Records, service: AnyObject): Promise<void> {
  if (!service.changes.has('version')) return;
  const thisver = numberOf(service, 'version') ?? 0;
  const minver = await minimumVersion(records, textOf(service, 'binary') ?? '');
  if (minver > thisver) throw new ServiceTooOld({ thisver, minver });
}

/** What a person says of a service, and what the store says of its reports. */
const OPERATORS = ['forced_down', 'last_seen_up'];

async function save(records: Records, service: AnyObject): Promise<null> {
  mustNotSay(records, service, OPERATORS);
  await mustNotBeTooOld(records, service);
  return saveService(records, service);
}

async function byHostAndBinary(records: Records, host: string, binary: string): Promise<ServiceObject | undefined> {
  const item = visible(records.context, await records.tables.get(tableOf(records), serviceKey(host, binary)));
  return item === undefined ? undefined : serviceOf(item);
}

const listOf = (items: readonly Item[]): AnyObject => ServiceList.load({ objects: items.map(serviceOf) });

export const service: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: ownHost('host') }, create),
    save: instanceMethod({ schema: {}, authority: byCondition('host') }, save),
    destroy: instanceMethod({ schema: {}, authority: ownHost('host') }, destroyService),
  },
  class: {
    get_by_compute_host: classMethod({ schema: { host: text }, authority: CELL_FACTS }, async (records, { host }) => {
      const found = await computeServiceOf(records, host);
      if (found === undefined) throw new ComputeHostNotFound({ host });
      return found;
    }),
    get_by_host_and_binary: classMethod(
      { schema: { host: text, binary: text }, authority: CELL_FACTS },
      async (records, { host, binary }) => (await byHostAndBinary(records, host, binary)) ?? null,
    ),
    get_by_args: classMethod(
      { schema: { host: text, binary: text }, authority: CELL_FACTS },
      async (records, { host, binary }) => {
        const found = await byHostAndBinary(records, host, binary);
        if (found === undefined) throw new HostBinaryNotFound({ host, binary });
        return found;
      },
    ),
    get_by_host_and_topic: classMethod(
      { schema: { host: text, topic: text }, authority: CELL_FACTS },
      (records, { host, topic }) => oneService(records, (each) => each.host === host && each.topic === topic),
    ),
    get_by_id: classMethod(
      { schema: { service_id: integer }, authority: CELL_FACTS },
      async (records, { service_id }) => {
        const found = await oneService(records, (each) => each.id === service_id);
        if (found === null) throw new ServiceNotFound({ service_id });
        return found;
      },
    ),
    get_by_uuid: classMethod(
      { schema: { service_uuid: text }, authority: CELL_FACTS },
      async (records, { service_uuid }) => {
        const found = await oneService(records, (each) => each.uuid === service_uuid);
        if (found === null) throw new ServiceNotFound({ service_id: service_uuid });
        return found;
      },
    ),
    get_minimum_version: classMethod({ schema: { binary: text }, authority: CELL_FACTS }, (records, { binary }) =>
      minimumVersion(records, binary),
    ),
    get_minimum_version_multi: classMethod(
      { schema: { binaries: texts }, authority: CELL_FACTS },
      async (records, { binaries }) => {
        const versions = await Promise.all(binaries.map((binary) => minimumVersion(records, binary)));
        const known = versions.filter((version) => version > 0);
        return known.length === 0 ? 0 : Math.min(...known);
      },
    ),
  },
};

export const serviceList: RecordMethods = {
  class: {
    get_all: classMethod(
      { schema: { disabled: v.optional(v.nullable(flag), null) }, authority: CELL_FACTS },
      async (records, { disabled }) => {
        const items = await allServices(records);
        return listOf(items.filter((item) => disabled === null || serviceItem(item).disabled === disabled));
      },
    ),
    get_by_topic: classMethod({ schema: { topic: text }, authority: CELL_FACTS }, async (records, { topic }) => {
      const items = await allServices(records);
      return listOf(items.filter((item) => serviceItem(item).topic === topic && !serviceItem(item).disabled));
    }),
    get_by_binary: classMethod(
      { schema: { binary: text, include_disabled: v.optional(flag, false) }, authority: CELL_FACTS },
      async (records, { binary, include_disabled }) => {
        const items = await ofKind(records, binary);
        return listOf(items.filter((item) => include_disabled || !serviceItem(item).disabled));
      },
    ),
    get_by_host: classMethod({ schema: { host: text }, authority: CELL_FACTS }, async (records, { host }) => {
      const keys = BINARIES.map((binary) => ({ table: tableOf(records), key: serviceKey(host, binary) }));
      const items = (await records.tables.batchGet(keys)).filter((item) => item !== undefined);
      return listOf(byId(items.filter((item) => !isDeleted(item))));
    }),
    get_all_computes_by_hv_type: classMethod(
      { schema: { hv_type: text }, authority: CELL_FACTS },
      async (records, { hv_type }) => {
        const items = await ofKind(records, COMPUTE);
        const matching = await Promise.all(
          items.map(async (item) => {
            const nodes = await computeNodesOfHost(records, serviceItem(item).host ?? '');
            return nodes.some((node) => computeNodeOf(node).get('hypervisor_type') === hv_type);
          }),
        );
        return listOf(items.filter((item, at) => matching[at] === true && !serviceItem(item).disabled));
      },
    ),
  },
};
