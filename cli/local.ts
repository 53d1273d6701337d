import type { Command } from 'commander';
import { answering, type Cli } from './output/answering.ts';
import { cellUuid } from '#ports/cell-uuid';
import { CommandFailure, EXIT } from './deployment/failure.ts';
import { hostNamed } from './inventory/hosts.ts';
import type { Machines } from './deployment/machines.ts';
import type { DeploymentTarget } from './deployment/deployment-target.ts';

/** `local …`: what a local world has instead of stacks and machines. */
export function addLocal(program: Command, cli: Cli): void {
  const parent = program.command('local').description('Stand-ins for stacks and machines, with --profile local');

  const deploy = parent
    .command('deploy-cell')
    .description('What cdk deploy of a cell does')
    .argument('<cell>', 'its name');
  answering(deploy, cli, async ({ target, args: [cell = ''] }) => {
    if (!/^[a-z][a-z0-9-]{0,30}$/u.test(cell)) throw new CommandFailure(`"${cell}" is no name of a cell`, EXIT.usage);
    const uuid = cellUuid(`${target.deployment}-cell-${cell}`);
    await machines(target).deployCell(cell, uuid);
    return {
      data: { cell, uuid },
      lines: [`table, queues and object function of ${cell} are there (CellUuid ${uuid})`],
    };
  });

  const start = parent.command('start-host').description('Switch a fake host on').argument('<host>', 'its name');
  answering(start, cli, async ({ target, args: [name = ''] }) => {
    const { host, cell } = await hostNamed(target, name);
    await machines(target).startHost(host, cell);
    return { data: { host, cell, running: true }, lines: [`host ${host} is up and has registered with ${cell}`] };
  });

  const kill = parent
    .command('kill-host')
    .description('Let a fake host fall silent at once')
    .argument('<host>', 'its name');
  answering(kill, cli, async ({ target, args: [name = ''] }) => {
    const { host } = await hostNamed(target, name);
    await machines(target).killHost(host);
    return { data: { host, running: false }, lines: [`host ${host} is dead`] };
  });

  const reset = parent.command('reset').description('Forget which compute RPC versions the hosts speak');
  answering(reset, cli, async ({ target }) => {
    await machines(target).reset();
    return { data: { reset: true }, lines: ['the next order to a host is negotiated anew'] };
  });
}

/** @throws CommandFailure anywhere but in a local world */
function machines(target: DeploymentTarget): Machines {
  if (target.machines !== undefined) return target.machines;
  throw new CommandFailure('this works in a local world only: give --profile local', EXIT.usage);
}
