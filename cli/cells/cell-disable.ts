import type { Command } from 'commander';
import { isoSeconds } from '#conductor/time';
import { exists } from '#ports/conditions';
import { CELL0_UUID, cellMappingKey, MAPPINGS } from '#records/keys';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { cellNamed } from '#cli/inventory/cells';
import { CommandFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import type { AttributesOf } from '#ports/tables';
import type { CellMappingItem } from '#records/items/mapping';

/** `cell disable NAME`: no new server is scheduled to its hosts; those that are there go on. */
export function addCellDisable(parent: Command, cli: Cli): void {
  const command = parent
    .command('disable')
    .description('Take no new servers into a cell')
    .argument('<name>', 'its name');
  answering(command, cli, ({ target, args: [name = ''] }) => setDisabled(target, name, true));
}

/** `cell enable NAME`. */
export function addCellEnable(parent: Command, cli: Cli): void {
  const command = parent
    .command('enable')
    .description('Take new servers into a cell again')
    .argument('<name>', 'its name');
  answering(command, cli, ({ target, args: [name = ''] }) => setDisabled(target, name, false));
}

async function setDisabled(target: DeploymentTarget, name: string, disabled: boolean): Promise<Answer> {
  const cell = await cellNamed(target, name);
  if (cell.uuid === CELL0_UUID)
    throw new CommandFailure('cell0 takes the servers that no host can take: it stays enabled');
  const state = disabled ? 'disabled' : 'enabled';
  if (cell.disabled === disabled)
    return { data: { name, disabled, changed: false }, lines: [`cell ${name} is ${state} already`] };
  const set: AttributesOf<CellMappingItem> = { disabled, updated_at: isoSeconds(target.clock.now()) };
  await target.tables.update(MAPPINGS, cellMappingKey(cell.uuid), { set }, exists);
  const note = 'schedulers notice within a minute';
  return { data: { name, disabled, changed: true }, lines: [`cell ${name} is ${state}; ${note}`] };
}
