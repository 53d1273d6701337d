import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import type { ExecutionDetails } from '#cli/deployment/execution-admin';
import { cellTable, instanceKey } from '#records/keys';
import { OPERATIONS, operationState } from '#records/operation';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { cellOf } from './servers.ts';

const STATUSES: readonly ExecutionStatus[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
];

/** @throws CommandFailure for a word that is no status */
export function statusNamed(text: string): ExecutionStatus {
  const status = STATUSES.find((each) => each === text.toUpperCase().replaceAll('-', '_'));
  if (status !== undefined) return status;
  throw new CommandFailure(`--status ${text} is no status: choose ${STATUSES.join(', ')}`, EXIT.usage);
}

/** @throws CommandFailure when this release has no such workflow */
export function workflowNamed(target: Pick<DeploymentTarget, 'executions'>, text: string): string {
  const { workflows } = target.executions;
  if (workflows.includes(text)) return text;
  throw new CommandFailure(`there is no workflow ${text}: choose ${workflows.join(', ')}`, EXIT.usage);
}

/**
 * The execution that `name`, `workflow/name` or an ARN tells; the uuid of a server tells the execution that owns it, or
 * owned it last.
 *
 * @throws CommandFailure when there is none
 */
export async function executionNamed(
  target: Pick<DeploymentTarget, 'executions' | 'tables'>,
  text: string,
): Promise<ExecutionDetails> {
  const { executions } = target;
  const name = text.split(/[/:]/u).at(-1) ?? '';
  const workflow = text.includes('/') ? workflowNamed(target, text.split('/')[0] ?? '') : undefined;
  const found = workflow === undefined ? await executions.find(name) : await executions.describe(workflow, name);
  const meant = found ?? (await executionOfServer(target, name, workflow));
  if (meant !== undefined) return meant;
  throw new CommandFailure(`there is no execution ${text}: conductor execution list shows those there are`);
}

/** Of several operations on the server the one that was started last. */
async function executionOfServer(
  target: Pick<DeploymentTarget, 'executions' | 'tables'>,
  uuid: string,
  workflow: string | undefined,
): Promise<ExecutionDetails | undefined> {
  const cell = await cellOf(target, uuid);
  const item = cell === undefined ? undefined : await target.tables.get(cellTable(cell), instanceKey(uuid));
  if (item === undefined) return undefined;
  const owned = await Promise.all(
    OPERATIONS.filter((each) => workflow === undefined || each === workflow).map(async (operation) => {
      const { owner } = operationState(item, operation);
      return owner === null ? undefined : target.executions.describe(operation, owner);
    }),
  );
  return owned.filter((each) => each !== undefined).toSorted((a, b) => b.startedAt - a.startedAt)[0];
}
