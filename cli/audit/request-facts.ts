import type { Item } from '#ports/tables';
import { REQUESTS } from '#records/keys';
import { serviceTroubleItem, type ServiceTroubleItem } from '#records/items/service-trouble';
import { reservedBy, type Reserved } from '#cli/inventory/quota-usage';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { STATE_MACHINES } from '#statemachines/definitions';

/** Where requests and their executions are found. */
export interface RequestsTarget extends Pick<DeploymentTarget, 'scan'> {
  readonly executions: { describe(workflow: string, name: string): Promise<{ readonly status: string } | undefined> };
}

/** A server that a request document names, with the execution of that request. */
export interface Requested {
  readonly uuid: string;
  /** The execution that places it, as `workflow/name`. */
  readonly execution: string;
  readonly status: string;
}

/** A service of the cloud that could not be used, and whether the execution that has met it still runs. */
export interface MetTrouble extends ServiceTroubleItem {
  readonly isAwaited: boolean;
}

/**
 * What the requests that are kept have asked for, and hold of their projects' quotas, and
 * the services that they wait for.
 */
export async function requestFacts(target: RequestsTarget) {
  const requests = new Map<string, Item[]>();
  const met: ServiceTroubleItem[] = [];
  for await (const item of target.scan(REQUESTS)) {
    if (item.sk === 'service-trouble') met.push(serviceTroubleItem(item));
    if (!item.pk.startsWith('request#')) continue;
    const together = requests.get(item.pk);
    if (together === undefined) requests.set(item.pk, [item]);
    else together.push(item);
  }
  const requested: Requested[] = [];
  const reserved: Reserved[] = [];
  for (const [pk, items] of requests) {
    const request = pk.slice('request#'.length);
    const holds = reservedBy(items);
    if (holds !== undefined) reserved.push(holds);
    const uuids = items.filter(({ sk }) => sk.startsWith('server#')).map(({ sk }) => sk.slice('server#'.length));
    const placing = await placingExecution(target, request, uuids.length);
    requested.push(...uuids.map((uuid) => ({ uuid, ...placing })));
  }
  const troubles: MetTrouble[] = [];
  for (const each of met) troubles.push({ ...each, isAwaited: await isRunning(target, each.execution) });
  return { requested, reserved, troubles };
}

/** Whether an execution of this name runs; several workflows may have one of the same request. */
async function isRunning({ executions }: RequestsTarget, name: string): Promise<boolean> {
  for (const workflow of STATE_MACHINES)
    if ((await executions.describe(workflow, name))?.status === 'RUNNING') return true;
  return false;
}

/**
 * The execution that places the servers of a request: the launch of one alone, unless an earlier
 * release or a refusal began it.
 */
async function placingExecution({ executions }: RequestsTarget, request: string, servers: number) {
  const launch = servers === 1 ? await executions.describe('launch', request) : undefined;
  const { status = 'gone' } = launch ?? (await executions.describe('build', request)) ?? {};
  return { execution: `${launch === undefined ? 'build' : 'launch'}/${request}`, status };
}
