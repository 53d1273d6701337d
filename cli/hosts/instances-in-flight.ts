import { TRANSITION } from '#records/instance-index';
import { lookedUp } from '#records/lookup';
import { instanceItem } from '#records/items/instance';
import { cellTable } from '#records/keys';
import { hostsOf, OPERATIONS, operationState } from '#records/operation';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** A server that an operation is at work on, with a host that has a part in it. */
export interface InFlight {
  readonly uuid: string;
  readonly name: string | null;
  readonly operation: string;
  readonly taskState: string | null;
}

/** The servers that wait for a host: what is given up when it is declared dead. */
export async function instancesInFlight(
  target: Pick<DeploymentTarget, 'tables'>,
  cell: string,
  host: string,
): Promise<InFlight[]> {
  const table = cellTable(cell);
  return (await lookedUp(target.tables, table, TRANSITION)).flatMap((item) => {
    const { uuid, display_name, task_state, deleted } = instanceItem(item);
    const operation = OPERATIONS.find((each) => operationState(item, each).owner !== null);
    if (deleted || operation === undefined || !hostsOf(item).includes(host)) return [];
    return [{ uuid, name: display_name, operation, taskState: task_state }];
  });
}
