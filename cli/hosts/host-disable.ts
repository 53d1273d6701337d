import { offerCapacity } from '#operations/offered-capacity';
import type { Command } from 'commander';
import { isoSeconds } from '#conductor/time';
import { exists } from '#ports/conditions';
import { ConditionFailed, type AttributesOf } from '#ports/tables';
import { cellTable, serviceKey } from '#records/keys';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { CommandFailure } from '#cli/deployment/failure';
import { hostNamed } from '#cli/inventory/hosts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import type { ServiceItem } from '#records/items/service';

/** `host disable HOST`: no new server is scheduled to it; the compute service goes on. */
export function addHostDisable(parent: Command, cli: Cli): void {
  const command = parent
    .command('disable')
    .description('Schedule no new servers to a host')
    .argument('<host>', 'its name')
    .option('--reason <text>', 'kept in the service record');
  answering(command, cli, ({ target, args: [host = ''], option }) => setDisabled(target, host, true, option('reason')));
}

/** `host enable HOST`. */
export function addHostEnable(parent: Command, cli: Cli): void {
  const command = parent
    .command('enable')
    .description('Schedule servers to a host again')
    .argument('<host>', 'its name');
  answering(command, cli, ({ target, args: [host = ''] }) => setDisabled(target, host, false, undefined));
}

async function setDisabled(
  target: DeploymentTarget,
  name: string,
  disabled: boolean,
  reason: string | undefined,
): Promise<Answer> {
  const { host, cell } = await hostNamed(target, name);
  const set: AttributesOf<ServiceItem> = {
    disabled,
    disabled_reason: disabled ? (reason ?? null) : null,
    updated_at: isoSeconds(target.clock.now()),
  };
  try {
    const { item } = await target.tables.update(cellTable(cell), serviceKey(host, 'nova-compute'), { set }, exists);
    await offerCapacity(target, cell, item);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw new CommandFailure(`host ${host} has not registered yet: start its compute service first`);
  }
  return {
    data: { host, cell, disabled, reason: reason ?? null },
    lines: [`host ${host} is ${disabled ? 'disabled' : 'enabled'}`],
  };
}
