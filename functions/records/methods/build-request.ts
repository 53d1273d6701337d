import { BuildRequestNotFound, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import type { NovaObject } from '#objects/versioned/base';
import { BuildRequest, BuildRequestList } from '#objects/instance/build-request';
import { absent, exists } from '#ports/conditions';
import type { JsonMap, WireObject } from '#ports/json';
import { ConditionFailed, type Attributes, type Item } from '#ports/tables';
import { BUILD_REQUESTS, buildRequestKey, requestPartition, requestPartitions } from '#records/keys';
import { lookedUp } from '#records/lookup';
import { text } from '#records/arguments';
import { API_ONLY } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { plainText } from '#wire/reading';
import { present } from '#records/stamp';
import { attributesOf, loadObject, receiver, refreshObject, textOf } from '#records/stored-object';
import { isOwn } from '#records/visibility';
import { unmarked } from '#records/unmarked';
import { buildRequestItem } from '#records/items/build-request';

type Request = NovaObject<typeof BuildRequest.fields>;

/** Nulls and defaults that a stored instance is read with, whatever was stored. */
const FIXED: JsonMap = {
  disable_terminate: false,
  terminated_at: null,
  host: null,
  node: null,
  launched_at: null,
  launched_on: null,
  cell_name: null,
};

const emptyList = (name: string, version: string): WireObject => ({
  'nova_object.name': name,
  'nova_object.namespace': 'nova',
  'nova_object.version': version,
  'nova_object.data': { objects: [] },
});

/**
 * The build request of a server.
 *
 * @throws BuildRequestNotFound when there is none, or its instance cannot be read
 */
async function getBuildRequest(records: Records, uuid: string): Promise<Request> {
  const item = await records.tables.get(BUILD_REQUESTS, buildRequestKey(uuid));
  const request = item && readable(records, item);
  if (request === undefined) throw new BuildRequestNotFound({ uuid });
  return request;
}

/** An item as an object; undefined, and logged, when its instance is gone or of a version that cannot be read. */
function readable(records: Records, item: Item): Request | undefined {
  const { instance: stored, instance_uuid, created_at, updated_at, ...lists } = buildRequestItem(item);
  if (stored === undefined) return undefined;
  const tags = lists.tags ?? emptyList('TagList', '1.1');
  const data: JsonMap = {
    deleted: false,
    locked_by: null,
    ...stored['nova_object.data'],
    ...FIXED,
    created_at,
    updated_at,
    tags,
  };
  try {
    receiver.object({ ...stored, 'nova_object.data': data });
  } catch (error) {
    records.log?.warn('the instance of a build request cannot be read', {
      instance: instance_uuid,
      version: plainText(stored['nova_object.version']),
      error: error instanceof Error ? error.name : 'unknown',
    });
    return undefined;
  }
  return loadObject(BuildRequest, {
    ...item,
    tags,
    instance: unmarked({ ...stored, 'nova_object.data': data }),
    block_device_mappings: lists.block_device_mappings ?? emptyList('BlockDeviceMappingList', '1.18'),
  });
}

async function create(records: Records, request: AnyObject): Promise<null> {
  if (request.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const uuid = textOf(request, 'instance_uuid');
  if (uuid === undefined) throw new ObjectActionError({ action: 'create', reason: 'instance_uuid must be set' });
  const project = textOf(request, 'project_id');
  const set: Attributes = {
    block_device_mappings: null,
    tags: null,
    ...attributesOf(request, request.setFields),
    id: await records.counter.nextId(records.tables, BUILD_REQUESTS, 'build-requests'),
    created_at: present(records),
    updated_at: null,
    by_project: requestPartition(project, uuid),
    by_project_sort: `instance#${uuid}`,
  };
  try {
    const writer = records.writer === undefined ? {} : { writer: records.writer };
    const { item } = await records.tables.update(BUILD_REQUESTS, buildRequestKey(uuid), { set, ...writer }, absent);
    refreshObject(request, item, ['id', 'created_at', 'updated_at']);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw new ObjectActionError({ action: 'create', reason: 'already created' }, undefined);
  }
  return null;
}

async function save(records: Records, request: AnyObject): Promise<null> {
  const uuid = textOf(request, 'instance_uuid') ?? '';
  const set = { ...attributesOf(request, request.changes), updated_at: present(records) };
  try {
    const { item } = await records.tables.update(BUILD_REQUESTS, buildRequestKey(uuid), { set }, exists);
    refreshObject(request, item, ['updated_at']);
  } catch (error) {
    throw error instanceof ConditionFailed ? new BuildRequestNotFound({ uuid }) : error;
  }
  return null;
}

/** The signal by which a user deletes a server that is still being scheduled: it succeeds for one caller only. */
async function destroy(records: Records, request: AnyObject): Promise<null> {
  const uuid = textOf(request, 'instance_uuid') ?? '';
  try {
    await records.tables.delete(BUILD_REQUESTS, buildRequestKey(uuid), exists);
  } catch (error) {
    throw error instanceof ConditionFailed ? new BuildRequestNotFound({ uuid }) : error;
  }
  return null;
}

async function all(records: Records): Promise<Request[]> {
  const partitions = requestPartitions(records.context.project_id);
  const items = await lookedUp(records.tables, BUILD_REQUESTS, partitions, { index: 'by-project' });
  return items.flatMap((item) => {
    const request = item.sk === 'build-request' && isOwn(records.context, item) ? readable(records, item) : undefined;
    return request === undefined ? [] : [request];
  });
}

export const buildRequest: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, create),
    save: instanceMethod({ schema: {}, authority: API_ONLY }, save),
    destroy: instanceMethod({ schema: {}, authority: API_ONLY }, destroy),
  },
  class: {
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: API_ONLY },
      (records, { instance_uuid }) => getBuildRequest(records, instance_uuid),
    ),
  },
};

export const buildRequestList: RecordMethods = {
  class: {
    get_all: classMethod({ schema: {}, authority: API_ONLY }, async (records) =>
      BuildRequestList.load({ objects: await all(records) }),
    ),
  },
};
