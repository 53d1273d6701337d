import { setFields } from '#wire/wire';
import { InstanceNotFound, RequestSpecNotFound } from '#errors';
import type { RequestContext } from '#ports/context';
import type { JsonMap, WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceOf, LOADED_BY_API } from '#records/instance-item';
import { cellTable, instanceKey } from '#records/keys';
import { getRequestSpec } from '#records/methods/request-spec';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { CommandFailure } from '#cli/deployment/failure';
import { cellOf } from '#cli/inventory/instances';
import { instanceItem } from '#records/items/instance';

/** What a request about a server reaches of a deployment. */
export interface RequestPorts extends Pick<DeploymentTarget, 'client' | 'clock' | 'ids' | 'tables'> {
  /** By which computes ask the services of a cloud for what this request needs. @default none */
  readonly token?: string | undefined;
}

/** A request about a server that has begun: what goes into its message. */
export interface InstanceRequest {
  readonly context: RequestContext;
  readonly instance: WireObject;
}

/**
 * The server that a command names, and its cell.
 *
 * @throws CommandFailure where there is none, or it is deleted
 */
export async function instanceNamed(
  target: Pick<DeploymentTarget, 'tables'>,
  uuid: string,
): Promise<{ readonly cell: string; readonly item: Item }> {
  const cell = await cellOf(target, uuid);
  const item = cell === undefined ? undefined : await target.tables.get(cellTable(cell), instanceKey(uuid));
  if (cell !== undefined && item !== undefined && !instanceItem(item).deleted) return { cell, item };
  throw new CommandFailure(`there is no server ${uuid}: conductor server list shows those there are`);
}

/**
 * Begins a request about a server as Nova's API begins it, in the name of the server's owner: its fields are saved, if
 * its task_state is still the one of `item`, and an action of this name starts, both by the object proxy of its cell.
 *
 * @throws UnexpectedTaskStateError when something else began meanwhile
 */
export async function beginRequest(
  { client, ids, clock, token }: RequestPorts,
  cell: string,
  item: Item,
  { action, fields }: { readonly action: string; readonly fields: JsonMap },
): Promise<InstanceRequest> {
  const target = { cell };
  const { uuid, task_state } = instanceItem(item);
  const context = requestContext({ clock, ids, token }, instanceItem(item));
  const sent = storedInstance(item);
  const expected = { expected_task_state: [task_state] };
  const { object } = await client.objectAction(context, setFields(sent, fields), 'save', expected, target);
  const args = [uuid, action];
  const versions = { InstanceAction: '1.2' };
  const quiet = { want_result: false };
  await client.objectClassAction(context, 'InstanceAction', 'action_start', versions, args, quiet, target);
  return { context, instance: object };
}

/** The context of a request in the name of a server's owner. */
export const requestContext = (
  { clock, ids, token }: Pick<RequestPorts, 'clock' | 'ids' | 'token'>,
  { user_id = null, project_id = null }: { readonly user_id?: string | null; readonly project_id?: string | null },
): RequestContext => ({
  user_id,
  project_id,
  is_admin: true,
  read_deleted: 'no',
  timestamp: new Date(clock.now()).toISOString().replace('Z', ''),
  request_id: `req-${ids.uuid()}`,
  ...(token === undefined ? {} : { auth_token: token }),
});

/** A server as an API has loaded it. */
export const storedInstance = (item: Item): WireObject => instanceOf(item, LOADED_BY_API).toPrimitive();

/** The stored request spec of a server; null when there is none. */
export async function specOf(ports: RequestPorts, uuid: string): Promise<WireObject | null> {
  try {
    return (await getRequestSpec(ports, uuid)).toPrimitive();
  } catch (error) {
    if (error instanceof RequestSpecNotFound) return null;
    throw error;
  }
}

/**
 * Deletes the records of a server without its host; one that is gone meanwhile is deleted too. Servers of cell0 are
 * reached by the queue of the API: their cell has none.
 */
export async function destroyInstance(ports: RequestPorts, cell: string, item: Item): Promise<void> {
  const context = requestContext(ports, instanceItem(item));
  try {
    await ports.client.objectAction(context, storedInstance(item), 'destroy', {}, cell === 'cell0' ? {} : { cell });
  } catch (error) {
    if (!(error instanceof InstanceNotFound)) throw error;
  }
}
