import { IncompatibleRequest } from '#errors';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Action } from '#ports/tables';
import { isoSeconds } from '#conductor/time';
import { newRecords } from '#records/new-records';
import { storeRequest } from '#records/request-document';
import { storeReschedule } from '#records/reschedule';
import { dispatch } from './dispatch.ts';
import type { RpcRequest } from './envelope.ts';
import { computeTask } from './methods/list.ts';
import { digest, requestKey, type RescheduleRoute, type Route, type WorkflowRoute } from './route.ts';

/** The ports that turning a message into a workflow needs. */
export type TaskServices = Pick<
  Services,
  'clock' | 'config' | 'counter' | 'executions' | 'log' | 'queues' | 'sealer' | 'tables'
>;

/**
 * Carries out a `compute_task` request: stores its documents and starts its workflow, once however often it is delivered.
 *
 * @throws NoSuchMethod, UnsupportedVersion, InvalidArguments for what cannot be understood
 * @throws IncompatibleRequest when another request of the same name is at work
 */
export async function runTask(
  services: TaskServices,
  request: RpcRequest,
  hosts: readonly string[] | undefined,
): Promise<void> {
  const route: Route = dispatch([computeTask], request).route(request.args, request.context);
  if (route.kind === 'reschedule') await reschedule(services, request, route, hosts);
  else await startWorkflow(services, request, route);
}

async function reschedule(
  services: TaskServices,
  request: RpcRequest,
  route: RescheduleRoute,
  hosts: readonly string[] | undefined,
): Promise<void> {
  const outcome = await storeReschedule(services, { ...route, hosts, writer: request.uniqueId });
  services.log.info('reschedule received', { instance: route.uuid, attempt: route.attempt, outcome });
  if (outcome === 'unowned') await startWorkflow(services, request, route.otherwise);
}

async function startWorkflow(services: TaskServices, request: RpcRequest, route: WorkflowRoute): Promise<void> {
  if (route.servers.length === 0) return;
  const key = requestKey(request, route);
  const now = isoSeconds(services.clock.now());
  const records = new Map<string, Action[]>(
    await Promise.all(
      route.servers.map(async ({ uuid, document }): Promise<[string, Action[]]> => {
        if (document === null || document.build_request === null) return [uuid, []];
        const { build_request, request_spec } = document;
        return [uuid, await newRecords(services, { uuid, build_request, request_spec }, now)];
      }),
    ),
  );
  const stored = await storeRequest(
    services,
    {
      key,
      method: request.method,
      requestId: request.context.request_id,
      digest: digest(JSON.stringify(request.args)),
      common: route.common,
      servers: route.servers,
    },
    (uuid) => records.get(uuid) ?? [],
  );
  if (!stored) throw new IncompatibleRequest(request.method, request.context.request_id);
  const input: JsonMap = { state: { request: key, request_id: request.context.request_id, ...route.state } };
  const started = await services.executions.start(route.workflow, key, input);
  services.log.info('workflow', { workflow: route.workflow, execution: key, started, method: request.method });
}
