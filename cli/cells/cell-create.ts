import type { Command } from 'commander';
import { isoSeconds } from '#conductor/time';
import { absent } from '#ports/conditions';
import { ConditionFailed } from '#ports/tables';
import { CELL0_UUID, cellMappingKey, cellTable, MAPPINGS } from '#records/keys';
import { cellQueue } from '#ports/host-queue';
import { ALL_CELLS } from '#records/methods/mappings';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { cellUuid } from '#ports/cell-uuid';
import { cellRows } from '#cli/inventory/cells';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

const NAME = /^[a-z][a-z0-9-]{0,30}$/u;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** `cell create NAME`: the mapping of a cell whose stack is deployed; done again, it changes nothing. */
export function addCellCreate(parent: Command, cli: Cli): void {
  const command = parent
    .command('create')
    .description('Create the mapping of a cell that is deployed; cell0 as well, once')
    .argument('<name>', 'name of the cell, as in cdk.json')
    .option('--uuid <uuid>', 'uuid of the cell (default: the one that its stack computed)');
  answering(command, cli, ({ target, args: [name = ''], option }) =>
    createCell(target, name, option('uuid'), option('profile')),
  );
}

async function createCell(
  target: DeploymentTarget,
  name: string,
  given: string | undefined,
  profile: string | undefined,
): Promise<Answer> {
  if (!NAME.test(name))
    throw new CommandFailure(
      `"${name}" is no name of a cell: lower-case letters, digits and dashes, at most 31`,
      EXIT.usage,
    );
  if (given !== undefined && !UUID.test(given))
    throw new CommandFailure(`--uuid ${given} is no uuid: leave it out to use the stack's`, EXIT.usage);
  const uuid = given ?? (name === 'cell0' ? CELL0_UUID : cellUuid(`${target.deployment}-cell-${name}`));
  const cells = await cellRows(target);
  const there = cells.find((each) => each.name === name || each.uuid === uuid);
  if (there !== undefined) {
    if (there.uuid === uuid && there.name === name)
      return { data: { ...there, created: false }, lines: [`cell ${name} is there already (${uuid})`] };
    throw new CommandFailure(
      `cell ${there.name} has the uuid ${there.uuid}: cell ${name} cannot be created as ${uuid}`,
    );
  }
  await checkDeployed(target, name, profile);
  const id = await freeId(target, new Set(cells.map((each) => each.id)));
  const item = {
    ...cellMappingKey(uuid),
    id,
    uuid,
    name,
    transport_url: uuid === CELL0_UUID ? 'none:///' : `sqs://${cellQueue(name)}`,
    database_connection: `dynamodb://${cellTable(name)}`,
    disabled: false,
    by_cell: ALL_CELLS,
    by_cell_sort: uuid,
    created_at: isoSeconds(target.clock.now()),
    updated_at: null,
  };
  try {
    await target.tables.put(MAPPINGS, item, absent);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
  return { data: { id, name, uuid, created: true }, lines: [`cell ${name} is created (${uuid})`] };
}

/** @throws CommandFailure when table or queue of the cell are missing */
async function checkDeployed(target: DeploymentTarget, name: string, profile = 'local'): Promise<void> {
  const remedy = target.machines
    ? `conductor --profile ${profile} local deploy-cell ${name}`
    : `npx cdk deploy ${target.deployment}-${name === 'cell0' ? 'state-cell' : 'cell'}-${name}`;
  try {
    await target.tables.get(cellTable(name), { pk: 'pulse', sk: 'pulse' });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    throw new CommandFailure(`cell ${name} has no table ${target.deployment}-${cellTable(name)}: ${remedy}`);
  }
  if (name !== 'cell0' && (await target.queueAdmin.counts(cellQueue(name))) === undefined)
    throw new CommandFailure(`cell ${name} has no queue ${target.deployment}-${cellQueue(name)}: ${remedy}`);
}

/** Ids of mappings that were made before the counter was used may be in its way. */
async function freeId(target: DeploymentTarget, taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const id = await target.counter.nextId(target.tables, MAPPINGS, 'cell_mappings');
    if (!taken.has(id)) return id;
  }
}
