import { Forbidden, IncompatibleRequest, InstanceExists, InvalidArguments } from '#errors';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { isoSeconds } from '#conductor/time';
import { newRecords } from '#operations/new-records';
import { storeRequest } from '#operations/store-request';
import { checkSizes } from '#operations/document-size';
import { storeReschedule } from '#operations/reschedule';
import { existingInstances } from '#operations/existing-instances';
import { cellOfInstance } from '#records/instance-cell';
import { instanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { dispatch } from '#rpc/dispatch';
import { awaitsBuild } from '#servers/existing-instance';
import type { RpcRequest } from '#wire/envelope';
import { mustHaveArguments } from './methods/arguments.ts';
import { computeTask } from './methods/list.ts';
import { checkObjects } from './known-objects.ts';
import { sendAnswers } from '#wire/replies';
import { digest, requestKey, type RescheduleRoute, type Route, type WorkflowRoute } from './methods/route.ts';

/** The ports that turning a message into a workflow needs. */
export type TaskServices = Pick<
  Services,
  'blobs' | 'clock' | 'config' | 'counter' | 'executions' | 'log' | 'notifier' | 'queues' | 'sealer' | 'tables'
>;

/**
 * Carries out a `compute_task` request: stores its documents and starts its workflow, once
 * however often it is delivered.
 *
 * @throws NoSuchMethod, UnsupportedVersion, InvalidArguments for what cannot be understood
 * @throws UnsupportedObjectError, IncompatibleObjectVersion, KeyError, ValueError for objects that are none of ours
 * @throws RequestTooLarge for what could not be stored whole
 * @throws InstanceExists when all of its servers exist already
 * @throws IncompatibleRequest when another request of the same name is at work
 * @throws Forbidden for a host that asks for anything but another host for its server, or that its resize be confirmed
 */
export async function runTask(
  services: TaskServices,
  request: RpcRequest,
  hosts: readonly string[] | undefined,
): Promise<void> {
  const method = dispatch([computeTask], request);
  mustHaveArguments(request, method.since);
  checkObjects(request.args);
  const route: Route = method.route(request.args, request.context);
  if (route.kind === 'reschedule') await reschedule(services, request, route, hosts);
  else if (hosts === undefined || (route.byItsHost === true && (await haveServer(services, route, hosts))))
    await startWorkflow(services, request, route);
  else throw new Forbidden({}, { message: `${hosts.join(', ')} may ask for a reschedule and for nothing else` });
}

/** Whether one of these hosts has the server. */
async function haveServer(
  services: TaskServices,
  { instances: [instance] }: WorkflowRoute,
  hosts: readonly string[],
): Promise<boolean> {
  const { uuid = '' } = instance ?? {};
  const cell = await cellOfInstance(services, uuid);
  const item = cell === undefined ? undefined : await services.tables.get(cellTable(cell), instanceKey(uuid));
  return item !== undefined && hosts.includes(instanceItem(item).host ?? '');
}

async function reschedule(
  services: TaskServices,
  request: RpcRequest,
  route: RescheduleRoute,
  hosts: readonly string[] | undefined,
): Promise<void> {
  const { reply } = request;
  const outcome = await storeReschedule(services, { ...route, hosts, reply });
  services.log.info('reschedule received', { instance: route.uuid, attempt: route.attempt, outcome: outcome.kind });
  if (outcome.kind === 'foreign')
    throw new Forbidden(
      {},
      {
        message: `${hosts?.[0] ?? 'the sender'} asks to reschedule attempt ${route.attempt} of ${route.uuid}: not its own`,
      },
    );
  // Too late to matter: whoever calls is to stop waiting.
  if (outcome.kind === 'stale' && reply !== undefined)
    await sendAnswers(services, [
      { address: reply, uniqueId: `${reply.messageId}-reply`, result: null, failure: null },
    ]);
  if (outcome.kind !== 'unowned') return;
  if (outcome.owner === null && (await isUntried(services, route.uuid)))
    throw new InvalidArguments(request.method, 'host_lists', 'none is expected of a server that no host was tried for');
  const { otherwise } = route;
  const state = { ...otherwise.state, previous_owner: outcome.owner };
  await startWorkflow(services, request, { ...otherwise, state });
}

/** Whether a server is recorded, and nobody has begun to build it: it has no place yet, so it is not to find another. */
async function isUntried(services: TaskServices, uuid: string): Promise<boolean> {
  if ((await cellOfInstance(services, uuid)) !== undefined) return false;
  const [recorded] = await existingInstances(services, [uuid]);
  return recorded !== undefined && awaitsBuild(recorded.item);
}

async function startWorkflow(services: TaskServices, request: RpcRequest, route: WorkflowRoute): Promise<void> {
  const key = requestKey(request, route);
  const now = isoSeconds(services.clock.now());
  checkSizes(route.common, route.instances);
  const stored = await storeRequest(
    services,
    {
      key,
      method: request.method,
      requestId: request.context.request_id,
      digest: digest(JSON.stringify(request.args)),
      common: route.common,
      instances: route.instances,
    },
    async (uuid, document) => {
      if (!('build_request' in document) || document.build_request === null) return [];
      const { build_request, request_spec } = document;
      return newRecords(services, { uuid, build_request, request_spec }, now);
    },
  );
  if (stored.kind === 'different') throw new IncompatibleRequest(request.method, request.context.request_id);
  const [first, ...others] = route.instances.filter(({ uuid }) => !stored.uuids.includes(uuid));
  if (first !== undefined) {
    services.log.count('existing_servers', { method: request.method });
    services.log.warn('servers that exist are not built again', { instance: first.uuid, more: others.length });
    if (stored.uuids.length === 0) throw new InstanceExists({ name: first.uuid });
  }
  const state = 'uuids' in route.state ? { ...route.state, uuids: [...stored.uuids] } : route.state;
  const input: JsonMap = {
    state: { request: key, request_id: request.context.request_id, ...state, ...replyOf(request, route) },
  };
  const started = await services.executions.start(route.workflow, key, input);
  services.log.info('workflow', { workflow: route.workflow, execution: key, started, method: request.method });
}

/** Where the workflow answers a call; it is no secret, so it travels in the state. */
const replyOf = ({ reply }: RpcRequest, route: WorkflowRoute): JsonMap =>
  route.answers === true && reply !== undefined ? { reply: { queue: reply.queue, messageId: reply.messageId } } : {};
