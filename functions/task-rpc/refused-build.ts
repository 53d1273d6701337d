import { fitsDocument } from '#operations/document-size';
import { existingInstances } from '#operations/existing-instances';
import type { CommonDocument, InstanceDocument } from '#operations/request-document';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { buildRequestItem } from '#records/items/build-request';
import { instanceItem } from '#records/items/instance';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import type { RpcRequest } from '#wire/envelope';
import { fieldsOf, isWireObject, objectsOf, textOf, textOrNull } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';
import type { WorkflowRoute } from './methods/route.ts';
import { namedInstances } from './named-instances.ts';
import type { TaskServices } from './tasks.ts';

type RoutedInstance = WorkflowRoute['instances'][number];

/**
 * The build of a request that is refused, of the servers that are recorded, with the little that burying them needs;
 * undefined where none is.
 */
export async function refusedBuild(services: TaskServices, request: RpcRequest): Promise<WorkflowRoute | undefined> {
  const instances = await recordedInstances(services, request);
  if (instances.length === 0) return undefined;
  const { project_id, user_id } = request.context;
  const existing = request.method === 'build_instances' ? { entry: 'existing' } : {};
  const state = { ...existing, uuids: instances.map(({ uuid }) => uuid), project_id, user_id };
  return { kind: 'workflow', workflow: 'build', attempt: 0, common: commonOf(request), instances, state };
}

/** The servers of a request whatever else is wrong with it, each once, as far as there are records of them. */
async function recordedInstances(services: TaskServices, { method, args }: RpcRequest): Promise<RoutedInstance[]> {
  if (method === 'build_instances') return existingServers(services, args);
  if (method !== 'schedule_and_build_instances') return [];
  const asked = askedFor(args);
  const keys = asked.map(({ uuid }) => ({ table: BUILD_REQUESTS, key: buildRequestKey(uuid) }));
  const records = await services.tables.batchGet(keys);
  return asked.flatMap(({ uuid, request, spec }, at) => {
    const record = records[at];
    if (record === undefined) return [];
    const { project_id, instance: stored } = buildRequestItem(record);
    const sent = request?.['nova_object.data'];
    const instance = isWireObject(sent?.['instance']) ? sent['instance'] : (stored ?? null);
    const fields = { instance_uuid: uuid, project_id: sent?.['project_id'] ?? project_id, instance };
    const build_request = setFields(request ?? newObject('BuildRequest', '1.3', {}), fields);
    const least = specOf(uuid, fieldsOf(instance), fields.project_id);
    const request_spec = spec !== undefined && isWireObject(fieldsOf(spec)['flavor']) ? spec : least;
    return [documented(uuid, { build_request, request_spec, reschedule: null })];
  });
}

/** A server that a request names, and what the request has of it. */
interface AskedFor {
  readonly uuid: string;
  readonly request: WireObject | undefined;
  readonly spec: WireObject | undefined;
}

/**
 * The servers of a request, by whatever names them: their build requests, the instances in those, their specs, or what
 * else belongs to one. Lists that do not fit together are paired by uuid, then by place.
 */
function askedFor(args: JsonMap): AskedFor[] {
  const specs = objectsOf(args['request_specs']);
  const specOfUuid = new Map(specs.map((spec) => [textOf(fieldsOf(spec)['instance_uuid']), spec]));
  const requests = objectsOf(args['build_requests']).flatMap((request, at) => {
    const { instance_uuid, instance } = request['nova_object.data'];
    const inPlace = fieldsOf(specs[at])['instance_uuid'];
    const uuid = textOf(instance_uuid) ?? textOf(fieldsOf(instance)['uuid']) ?? textOf(inPlace);
    return uuid === undefined ? [] : [{ uuid, request, spec: specOfUuid.get(uuid) ?? specs[at] }];
  });
  const alone = [...specOfUuid].flatMap(([uuid, spec]) =>
    uuid === undefined ? [] : [{ uuid, request: undefined, spec }],
  );
  const named = namedInstances(args).map((uuid) => ({ uuid, request: undefined, spec: undefined }));
  return [...new Map([...named, ...alone, ...requests].map((each) => [each.uuid, each])).values()];
}

/** The servers of build_instances, which are recorded: they count what their records say. */
async function existingServers(services: TaskServices, args: JsonMap): Promise<RoutedInstance[]> {
  const found = await existingInstances(services, namedInstances(args));
  return found.map(({ uuid, item }) => {
    const { project_id, flavor } = instanceItem(item);
    return documented(uuid, {
      build_request: null,
      request_spec: specOf(uuid, { flavor }, project_id),
      reschedule: {},
    });
  });
}

/** What is needed of the spec of a server that has none: what it counts, and for whom. */
const specOf = (uuid: string, instance: JsonMap, project: unknown): WireObject =>
  newObject('RequestSpec', '1.14', {
    instance_uuid: uuid,
    project_id: textOrNull(project),
    flavor: instance['flavor'] ?? null,
    num_instances: 1,
  });

/** A document that is too long to be kept is not the reason why nobody hears of its server. */
function documented(uuid: string, document: InstanceDocument): RoutedInstance {
  const { build_request } = document;
  if (build_request === null || fitsDocument(document)) return { uuid, document };
  const { instance, ...request } = build_request['nova_object.data'];
  const { user_data: _userData, ...kept } = fieldsOf(instance);
  const shorter = { ...build_request, 'nova_object.data': { ...request, instance: withFields(instance, kept) } };
  return { uuid, document: { ...document, build_request: shorter } };
}

const withFields = (object: JsonMap[string] | undefined, fields: JsonMap): JsonMap => ({
  ...(typeof object === 'object' && object !== null && !Array.isArray(object) ? object : {}),
  'nova_object.data': fields,
});

/** What a server in error still needs: its devices, so that who deletes it gives back its volumes, and its tags. */
function commonOf({ args, context }: RpcRequest): CommonDocument {
  const nothing = {
    context,
    image: null,
    admin_password: null,
    injected_files: [],
    requested_networks: null,
    block_device_mapping: null,
    tags: null,
  };
  const { block_device_mapping = null, tags = null, requested_networks = null } = args;
  const whole = { ...nothing, block_device_mapping, tags, requested_networks };
  const devices = { ...nothing, block_device_mapping: devicesInShort(block_device_mapping) };
  return [whole, { ...devices, tags }, devices].find(fitsDocument) ?? nothing;
}

/** What names a device's volume, and says what is to become of it. */
const OF_VOLUME = [
  'attachment_id',
  'boot_index',
  'delete_on_termination',
  'destination_type',
  'source_type',
  'volume_id',
  'volume_size',
];

/** Devices without the texts that they may have of any length. */
const devicesInShort = (devices: Json): WireObject =>
  newObject('BlockDeviceMappingList', '1.18', {
    objects: objectsOf(devices).map((device) =>
      newObject(
        'BlockDeviceMapping',
        '1.20',
        Object.fromEntries(OF_VOLUME.map((name) => [name, fieldsOf(device)[name] ?? null])),
      ),
    ),
  });
