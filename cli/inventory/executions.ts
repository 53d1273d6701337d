import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import { instanceItem } from '#records/items/instance';
import type { Json } from '#ports/json';
import { mapOf, textOf, textsOf } from '#wire/reading';
import type { ExecutionDetails, ExecutionRow } from '#cli/deployment/execution-admin';
import { cellTable, instanceKey } from '#records/keys';
import { OPERATIONS, operationState } from '#records/operation';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { oneOf } from './choosing.ts';
import { cellOf } from './instances.ts';

/** Executions that are described to see what they are about. */
const MOST_LOOKED_AT = 1000;

const STATUSES: readonly ExecutionStatus[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
];

/** @throws CommandFailure for a word that is no status */
export const statusNamed = (text: string): ExecutionStatus => oneOf(text, STATUSES, '--status');

/** @throws CommandFailure when this release has no such workflow */
export function workflowNamed(target: Pick<DeploymentTarget, 'executions'>, text: string): string {
  const { workflows } = target.executions;
  if (workflows.includes(text)) return text;
  throw new CommandFailure(`there is no workflow ${text}: choose ${workflows.join(', ')}`, EXIT.usage);
}

/**
 * The execution that `name`, `workflow/name` or an ARN names; the uuid of a server stands for the execution
 * that owns it, or owned it last.
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
  const meant = found ?? (await executionOfInstance(target, name, workflow));
  if (meant !== undefined) return meant;
  throw new CommandFailure(`there is no execution ${text}: conductor execution list shows those there are`);
}

/**
 * Of several operations on the server the one that was started last: those that own it, and the one that owned it last,
 * which is remembered when an operation fails, is stopped or gives the server up.
 */
async function executionOfInstance(
  target: Pick<DeploymentTarget, 'executions' | 'tables'>,
  uuid: string,
  workflow: string | undefined,
): Promise<ExecutionDetails | undefined> {
  const cell = await cellOf(target, uuid);
  const item = cell === undefined ? undefined : await target.tables.get(cellTable(cell), instanceKey(uuid));
  if (item === undefined) return undefined;
  const named = OPERATIONS.flatMap((operation) => {
    const { owner } = operationState(item, operation);
    return owner === null ? [] : [[operation, owner] as const];
  });
  const [last = '', lastName = ''] = instanceItem(item).last_execution?.split('/') ?? [];
  const found = await Promise.all(
    [...named, [last, lastName] as const]
      .filter(([each]) => each !== '' && (workflow === undefined || each === workflow))
      .map(([operation, owner]) => target.executions.describe(operation, owner)),
  );
  const [newest] = found.filter((each) => each !== undefined).toSorted((a, b) => b.startedAt - a.startedAt);
  return (
    newest ?? (workflow === undefined || workflow === WHOLE_REQUEST ? executionOfRequest(target, uuid) : undefined)
  );
}

/** It owns none of its servers, and its input names them. */
const WHOLE_REQUEST = 'build';

/** The one that was to start a launch for each server of a request; it is all there is of a server that the quota refused. */
async function executionOfRequest(
  { executions }: Pick<DeploymentTarget, 'executions'>,
  uuid: string,
): Promise<ExecutionDetails | undefined> {
  const rows = await executions.list(WHOLE_REQUEST, undefined, MOST_LOOKED_AT);
  const [found] = await executionsAbout({ executions }, rows, { server: uuid, request: undefined }, 1);
  return found && executions.describe(found.workflow, found.name);
}

const AT_ONCE = 10;

/** What executions are to be about. */
export interface About {
  readonly server: string | undefined;
  readonly request: string | undefined;
}

/** Those of the executions whose input names this server and this request; newest first, at most `most`. */
export async function executionsAbout(
  { executions }: Pick<DeploymentTarget, 'executions'>,
  rows: readonly ExecutionRow[],
  about: About,
  most: number,
): Promise<ExecutionRow[]> {
  if (about.server === undefined && about.request === undefined) return rows.slice(0, most);
  const found: ExecutionRow[] = [];
  for (let from = 0; from < Math.min(rows.length, MOST_LOOKED_AT) && found.length < most; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE);
    const details = await Promise.all(some.map(({ workflow, name }) => executions.describe(workflow, name)));
    found.push(...some.filter((_, at) => isAbout(details[at]?.input ?? '{}', about)));
  }
  return found.slice(0, most);
}

function isAbout(input: string, { server: instance, request }: About): boolean {
  const parsed: Json = JSON.parse(input);
  const state = mapOf(mapOf(parsed)['state']);
  const instances = [textOf(state['server']), ...textsOf(state['uuids'])];
  return (
    (instance === undefined || instances.includes(instance)) &&
    (request === undefined || state['request_id'] === request)
  );
}
