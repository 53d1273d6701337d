import type { JsonMap } from '#ports/json';
import { storeRequest } from '#operations/store-request';
import { migrationPointerItem } from '#records/items/migration';
import { allCells } from '#operations/existing-instances';
import { cellTable } from '#records/keys';
import { migrationPointerKey } from '#records/migration-index';
import type { RpcRequest } from '#wire/envelope';
import { fieldsOf, isWireObject, textOf, textOrEmpty } from '#wire/reading';
import { newObject } from '#wire/wire';
import { namedInstances } from './named-instances.ts';
import { digest, requestKey, type WorkflowRoute } from './methods/route.ts';
import { refusedBuild } from './refused-build.ts';
import type { TaskServices } from './tasks.ts';

/** Refusals that say that the servers are another request's, which goes on. */
const OF_ANOTHER: ReadonlySet<string> = new Set(['Forbidden', 'IncompatibleRequest', 'InstanceExists']);

/** Characters of a reason that an execution begins with: it may quote an argument's name of any length. */
const REASON_LENGTH = 1000;

/**
 * Ends a request that is refused for good where its user sees it, by its own workflow, whose first step fails with the
 * reason: the servers of a build whose build requests, or instances, are recorded are in error with a fault
 * (nova.conductor.manager `build_instances`, `_schedule_instances`); any other server has no task any more, with a
 * fault: of a call too, since the API that is answered leaves the task as it is. A request without records leaves none.
 * Repeats change nothing.
 *
 * @param hosts of a sender that is a host: it asks for other things, and ends nothing
 */
export async function endRefused(
  services: TaskServices,
  request: RpcRequest,
  error: Error,
  hosts: readonly string[] | undefined,
): Promise<void> {
  if (hosts !== undefined || isReschedule(request) || OF_ANOTHER.has(error.name)) return;
  const route = (await operationOf(services, request)) ?? (await refusedBuild(services, request));
  if (route === undefined) return;
  const key = requestKey(request, route);
  const { method, context } = request;
  const { common, instances, workflow } = route;
  const args = digest(JSON.stringify(request.args));
  const document = { key, method, requestId: context.request_id, digest: args, common, instances };
  const stored = await storeRequest(services, document, async () => []);
  if (stored.kind === 'different') return;
  const refused = { name: error.name, message: error.message.slice(0, REASON_LENGTH) };
  const state: JsonMap = { request: key, request_id: context.request_id, ...route.state, refused };
  const started = await services.executions.start(workflow, key, { state });
  services.log.warn('a request is refused', { workflow, execution: key, error: error.name, started });
}

/** Whether a compute gives a move back, and waits for the answer: it sees to its server itself. */
const isReschedule = ({ args, reply }: RpcRequest): boolean =>
  reply !== undefined && (args['host_list'] ?? null) !== null;

/**
 * The workflow of an operation on one server, whatever of its arguments names it, with the little that its end needs.
 */
async function operationOf(
  { tables }: TaskServices,
  { method, args, context }: RpcRequest,
): Promise<WorkflowRoute | undefined> {
  const found = OPERATIONS.get(method)?.(args);
  if (found === undefined) return undefined;
  const instanceUuid = namedInstances(args)[0] ?? (await ofMigration(tables, args));
  if (instanceUuid === undefined) return undefined;
  const { host = null } = fieldsOf(args['instance']);
  const instance = newObject('Instance', '2.7', { uuid: instanceUuid, host });
  return {
    kind: 'workflow',
    workflow: found.workflow,
    attempt: 0,
    common: { context, arguments: { instance } },
    instances: [{ uuid: instanceUuid, document: null }],
    state: { server: instanceUuid, ...found.state },
  };
}

/** Whose a migration is that says no more than its own uuid. */
async function ofMigration(tables: TaskServices['tables'], { migration }: JsonMap): Promise<string | undefined> {
  const uuid = textOf(fieldsOf(migration)['uuid']);
  if (uuid === undefined) return undefined;
  const cells = await allCells({ tables });
  const pointers = await tables.batchGet(
    cells.map(({ name }) => ({ table: cellTable(name), key: migrationPointerKey(uuid) })),
  );
  return pointers.map((pointer) => migrationPointerItem(pointer ?? {}).instance_uuid).find((each) => each !== '');
}

interface Operation {
  readonly workflow: string;
  readonly state: JsonMap;
}

const live = (method: string): Operation => ({ workflow: 'live-migrate', state: { method, destination: null } });

/** A live migration brings no flavor, whatever else is wrong with it. */
const isLive = ({ live: asked, flavor }: JsonMap): boolean =>
  typeof asked === 'boolean' ? asked : !isWireObject(flavor);

/** The user's answer to a resize across cells, which is waited for again. */
const answer =
  (workflow: string) =>
  ({ migration }: JsonMap): Operation => ({
    workflow,
    state: { migration: textOrEmpty(fieldsOf(migration)['uuid']) },
  });

const OPERATIONS: ReadonlyMap<string, (args: JsonMap) => Operation> = new Map([
  ['confirm_snapshot_based_resize', answer('confirm-across-cells')],
  ['rebuild_instance', () => ({ workflow: 'rebuild', state: {} })],
  ['revert_snapshot_based_resize', answer('revert-across-cells')],
  ['unshelve_instance', () => ({ workflow: 'unshelve', state: {} })],
  ['live_migrate_instance', () => live('live_migrate_instance')],
  [
    'migrate_server',
    (args: JsonMap) =>
      isLive(args)
        ? live('migrate_server')
        : { workflow: 'cold-migrate', state: { entry: 'move', attempt: 0, tried: [] } },
  ],
]);
