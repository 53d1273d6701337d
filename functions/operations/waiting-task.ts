import type { Services } from '#ports/services';
import type { Item, UpdateOf } from '#ports/tables';
import { instanceItem } from '#records/items/instance';
import { waitingTaskItem, type WaitingTaskItem } from '#records/items/waiting-call';
import { REQUESTS, waitingTaskKey } from '#records/keys';
import { operationState, type Operation } from '#records/operation';

/**
 * Seconds that a token is kept, longer than a Task waits for its next look (`waitSeconds`), which registers another.
 */
const KEPT = 172_800;

/** A Task that waits for a server. */
export interface WaitingTask {
  readonly operation: Operation;
  readonly uuid: string;
  readonly execution: string;
  readonly token: string;
  /** Number of the attempt that it waits for; 0 where the operation counts none. */
  readonly attempt: number;
}

/** The write that keeps the token of a Task, in place of the one that its execution had before. */
export const keepsToken = ({ operation, uuid, execution, token, attempt }: WaitingTask, now: number) => ({
  table: REQUESTS,
  key: waitingTaskKey(uuid, operation, execution),
  update: {
    set: { token, attempt, expires_at: Math.floor(now / 1000) + KEPT },
  } satisfies UpdateOf<WaitingTaskItem>,
});

/**
 * The token of the Task that waits for what a server's item shows: of the execution that owns it, and of its attempt.
 * Whoever has written the server reads it after that write; whoever registers it does so before looking at the server.
 */
export async function waitingToken(
  { tables }: Pick<Services, 'tables'>,
  item: Item,
  operation: Operation,
): Promise<string | undefined> {
  const { owner, attempt } = operationState(item, operation);
  if (owner === null) return undefined;
  const found = await tables.get(REQUESTS, waitingTaskKey(instanceItem(item).uuid, operation, owner));
  const task = found && waitingTaskItem(found);
  return task?.attempt === attempt ? task.token : undefined;
}
