import type { Command } from 'commander';
import { setFields } from '#wire/wire';
import { instanceItem } from '#records/items/instance';
import { OPERATIONS, operationState } from '#records/operation';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { CommandFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import type { Item } from '#ports/tables';
import { instanceNamed, requestContext, storedInstance } from './server-request.ts';

/** `server reset-state UUID`: as an API's os-resetState: its task is over, and it is in error, or active. */
export function addServerResetState(parent: Command, cli: Cli): void {
  const command = parent
    .command('reset-state')
    .description('Say that a server is in error, or active, with no task; nothing else is changed')
    .argument('<uuid>', 'its uuid')
    .option('--active', 'active, and not in error');
  answering(command, cli, ({ target, args: [uuid = ''], flag }) => reset(target, uuid, flag('active')));
}

async function reset(target: DeploymentTarget, uuid: string, active: boolean): Promise<Answer> {
  const { cell, item } = await instanceNamed(target, uuid);
  await mustBeIdle(target, item);
  const before = instanceItem(item);
  const vm_state = active ? 'active' : 'error';
  await target.client.objectAction(
    requestContext(target, before),
    setFields(storedInstance(item), { vm_state, task_state: null }),
    'save',
    { admin_state_reset: true },
    cell === 'cell0' ? {} : { cell },
  );
  return {
    data: { uuid, vmState: vm_state, taskState: null },
    lines: [
      `server ${uuid} was ${before.vm_state}${before.task_state === null ? '' : `, ${before.task_state}`} and is ${vm_state}`,
    ],
  };
}

/** @throws CommandFailure while an execution is at work: it would go on, with a state that it did not write */
async function mustBeIdle(target: DeploymentTarget, item: Item): Promise<void> {
  for (const operation of OPERATIONS) {
    const { owner } = operationState(item, operation);
    const found = owner === null ? undefined : await target.executions.describe(operation, owner);
    if (found?.status !== 'RUNNING') continue;
    throw new CommandFailure(
      `${operation}/${owner} is at work on it: conductor execution stop ${operation}/${owner} --reason TEXT ends that`,
    );
  }
}
