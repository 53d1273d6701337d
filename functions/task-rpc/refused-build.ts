import { Forbidden } from '#errors';
import type { JsonMap, WireObject } from '#ports/json';
import { fitsDocument } from '#operations/document-size';
import type { CommonDocument, ServerDocument } from '#operations/request-document';
import { storeRequest } from '#operations/store-request';
import { BUILD_REQUESTS, buildRequestKey } from '#records/keys';
import type { RpcRequest } from '#wire/envelope';
import { fieldsOf, objectsOf, textOf, textOrNull } from '#wire/reading';
import { newObject } from '#wire/wire';
import { digest, requestKey, type WorkflowRoute } from './methods/route.ts';
import type { TaskServices } from './tasks.ts';

type Server = WorkflowRoute['servers'][number];

/**
 * Ends a build that is refused for good where its user sees it: the servers whose build requests the API has recorded, or
 * whose instances, are in error with the reason as their fault (conductor.md 13.4, 14.1). A request that has no such records
 * leaves none. Repeats change nothing.
 *
 * @param hosts of a sender that is a host: it asks for other things, and ends no build
 */
export async function endRefusedBuild(
  services: TaskServices,
  request: RpcRequest,
  error: Error,
  hosts: readonly string[] | undefined,
): Promise<void> {
  if (hosts !== undefined || error instanceof Forbidden) return;
  const servers = await recordedServers(services, request);
  if (servers.length === 0) return;
  const uuids = servers.map(({ uuid }) => uuid);
  const existing = request.method === 'build_instances' ? { entry: 'existing' } : {};
  const { project_id, user_id, request_id } = request.context;
  const refused = { name: error.name, message: error.message };
  const common = commonOf(request);
  const route: WorkflowRoute = { kind: 'workflow', workflow: 'build', attempt: 0, common, servers, state: {} };
  const key = requestKey(request, route);
  const argumentsDigest = digest(JSON.stringify(request.args));
  const document = { key, method: request.method, requestId: request_id, digest: argumentsDigest, common, servers };
  const stored = await storeRequest(services, document, async () => []);
  if (stored.kind === 'different') return;
  const state: JsonMap = { request: key, request_id, ...existing, uuids, project_id, user_id, refused };
  const started = await services.executions.start('build', key, { state });
  services.log.warn('a build is refused', { execution: key, servers: uuids.length, error: error.name, started });
}

/** The servers of a request whatever else is wrong with it, each once, as far as there are records of them. */
async function recordedServers(services: TaskServices, { method, args }: RpcRequest): Promise<Server[]> {
  if (method === 'build_instances') return instancesOf(args);
  if (method !== 'schedule_and_build_instances') return [];
  const asked = requestsOf(args);
  const keys = asked.map(({ uuid }) => ({ table: BUILD_REQUESTS, key: buildRequestKey(uuid) }));
  const records = await services.tables.batchGet(keys);
  return asked.filter((_, at) => records[at] !== undefined);
}

function requestsOf(args: JsonMap): Server[] {
  const specs = objectsOf(args['request_specs']);
  return once(
    objectsOf(args['build_requests']).flatMap((build_request, at) => {
      const { instance_uuid, instance, project_id } = build_request['nova_object.data'];
      const uuid = textOf(instance_uuid);
      if (uuid === undefined) return [];
      const request_spec = specs[at] ?? specOf(uuid, fieldsOf(instance), project_id);
      return [server(uuid, { build_request, request_spec, reschedule: null })];
    }),
  );
}

function instancesOf(args: JsonMap): Server[] {
  return once(
    objectsOf(args['instances']).flatMap((instance) => {
      const fields = fieldsOf(instance);
      const uuid = textOf(fields['uuid']);
      if (uuid === undefined) return [];
      const request_spec = specOf(uuid, fields, fields['project_id']);
      return [server(uuid, { build_request: null, request_spec, reschedule: {} })];
    }),
  );
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
function server(uuid: string, document: ServerDocument): Server {
  if (fitsDocument(document)) return { uuid, document };
  const { build_request } = document;
  if (build_request === null) return { uuid, document: { ...document, reschedule: {} } };
  const { instance, ...request } = build_request['nova_object.data'];
  const { user_data: _long, ...kept } = fieldsOf(instance);
  const shorter = { ...build_request, 'nova_object.data': { ...request, instance: withFields(instance, kept) } };
  return { uuid, document: { ...document, build_request: shorter } };
}

const withFields = (object: JsonMap[string] | undefined, fields: JsonMap): JsonMap => ({
  ...(typeof object === 'object' && object !== null && !Array.isArray(object) ? object : {}),
  'nova_object.data': fields,
});

const once = (servers: readonly Server[]): Server[] => [...new Map(servers.map((each) => [each.uuid, each])).values()];

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
  const common = { ...nothing, block_device_mapping, tags, requested_networks };
  return fitsDocument(common) ? common : nothing;
}
