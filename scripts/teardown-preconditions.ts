import { openIntakes } from '#cli/audit/audit-restore';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { cellRows } from '#cli/inventory/cells';
import { instanceRow, instancesOfCell } from '#cli/inventory/instances';
import { intakesOf } from '#cli/queues/intake';
import type { Precondition } from './teardown-plan.ts';

/** The queue of what users ask for; those of hosts are heard until the end, so that deletions come to theirs. */
const ASKED_BY_USERS = 'compute-task';

type Asked = Pick<DeploymentTarget, 'tables' | 'queueAdmin' | 'eventSources'>;

/** What has to be so before a deployment is taken down: no server is left, and none is asked for. */
export async function preconditions(target: Asked): Promise<Precondition[]> {
  const servers = await countServers(target);
  const open = openIntakes(await intakesOf(target)).includes(ASKED_BY_USERS);
  return [
    {
      what: servers === 0 ? 'no server is left' : `no server is left (there are ${servers})`,
      holds: servers === 0,
      remedy: 'let users delete their servers until conductor server list is empty',
    },
    {
      what: `the intake of ${ASKED_BY_USERS} is paused`,
      holds: !open,
      remedy: `conductor intake pause ${ASKED_BY_USERS}`,
    },
  ];
}

/** Those that `conductor server list` shows; none where the tables are gone already. */
async function countServers(target: Asked): Promise<number> {
  try {
    const cells = await cellRows(target);
    const found = await Promise.all(
      cells.map(async (cell) =>
        (await instancesOfCell(target, cell))
          .map((item) => instanceRow(cell.name, item))
          .filter(({ deleted, hidden }) => !deleted && !hidden),
      ),
    );
    return found.flat().length;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return 0;
    throw error;
  }
}
