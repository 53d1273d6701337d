import { absent } from '#ports/conditions';
import type { JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Action } from '#ports/tables';
import {
  BUILD_REQUESTS,
  buildRequestKey,
  instanceMappingKey,
  MAPPINGS,
  requestSpecKey,
  projectPartition,
  requestPartition,
} from '#records/keys';
import { fieldsOf, textOf } from '#wire/reading';
import { storedSpec } from '#records/methods/request-spec';

/**
 * The records that an API makes before it casts, for a publisher that has nothing but a queue: BuildRequest,
 * RequestSpec and an InstanceMapping without a cell.
 *
 * A build request whose primitive carries an `id` was made by the API; if its record is gone, the user deleted the
 * server, so nothing is made for it.
 */
export async function newRecords(
  services: Pick<Services, 'tables' | 'counter'>,
  instance: { readonly uuid: string; readonly build_request: WireObject; readonly request_spec: WireObject },
  now: string,
): Promise<Action[]> {
  const { uuid } = instance;
  const request = instance.build_request['nova_object.data'];
  if (request['id'] !== undefined) return [];
  const project_id = request['project_id'] ?? null;
  const id = await services.counter.nextId(services.tables, BUILD_REQUESTS, 'build-requests');
  const project = textOf(project_id);
  const made: JsonMap = { id, created_at: now, updated_at: null };
  return [
    {
      kind: 'put',
      table: BUILD_REQUESTS,
      condition: absent,
      item: {
        ...buildRequestKey(uuid),
        by_project: requestPartition(project, uuid),
        by_project_sort: `instance#${uuid}`,
        ...made,
        instance_uuid: uuid,
        project_id,
        instance: request['instance'] ?? null,
        block_device_mappings: request['block_device_mappings'] ?? null,
        tags: request['tags'] ?? null,
      },
    },
    {
      kind: 'put',
      table: BUILD_REQUESTS,
      condition: absent,
      item: { ...requestSpecKey(uuid), ...made, instance_uuid: uuid, spec: storedSpec(instance.request_spec) },
    },
    {
      kind: 'put',
      table: MAPPINGS,
      condition: absent,
      item: {
        ...instanceMappingKey(uuid),
        by_project: projectPartition(project),
        by_project_sort: `instance#${uuid}`,
        ...made,
        instance_uuid: uuid,
        project_id,
        user_id: fieldsOf(request['instance'])['user_id'] ?? null,
        queued_for_delete: false,
        cell: null,
      },
    },
  ];
}
