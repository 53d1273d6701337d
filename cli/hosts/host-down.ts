import type { Command } from 'commander';
import { isoSeconds } from '#conductor/time';
import { equals, exists, type Condition } from '#ports/conditions';
import { FENCE, fenceItem, type FenceState } from '#records/items/fence';
import { forced, serviceItem, type ServiceItem } from '#records/items/service';
import { cellTable, serviceKey } from '#records/keys';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { hostNamed, type HostRow } from '#cli/inventory/hosts';
import { instancesInFlight } from './instances-in-flight.ts';
import { noteOnHost } from './note-on-host.ts';

/** `host down HOST`: a person says that a host is dead, whatever was heard of it. */
export function addHostDown(parent: Command, cli: Cli): void {
  const command = parent
    .command('down')
    .description('Declare a host dead: what waits for it is given up, and it may be evacuated')
    .argument('<host>', 'its name')
    .option('--reason <text>', 'how you know; kept with the host')
    .option('--force', 'although the host is heard: it is cut off from its servers by other means');
  answering(command, cli, declareDown);
}

/** `host up HOST`: takes that back; the host counts by what is heard of it again. */
export function addHostUp(parent: Command, cli: Cli): void {
  const command = parent
    .command('up')
    .description('Take back that a host is dead: it counts by what is heard of it')
    .argument('<host>', 'its name')
    .option('--reason <text>', 'why; kept with the host');
  answering(command, cli, declareUp);
}

async function declareDown({ target, cli, args: [name = ''], option, flag }: Asked): Promise<Answer> {
  const reason = reasonOf(option('reason'), 'how you know');
  const { row, lastSeen } = await registered(target, name);
  const { host, cell } = row;
  const { liveness, reason: why } = await target.serviceGroup.verdict(cell, host);
  if (liveness === 'up' && !flag('force'))
    throw new CommandFailure(
      `host ${host} is heard (${why}): its servers would run twice; stop its compute service, or give --force`,
    );
  const givesUp = await instancesInFlight(target, cell, host);
  cli.complain(`this gives up ${givesUp.length === 0 ? 'nothing' : `${givesUp.length} operations`} on ${host}`);
  for (const { uuid, name: instance, operation, taskState } of givesUp)
    cli.complain(`  ${uuid} (${instance ?? '-'}): ${operation}, ${taskState ?? 'no task'}`);
  // A host that is heard meanwhile is not dead.
  const asRead = flag('force') ? exists : equals<ServiceItem>('last_seen_up', lastSeen);
  await declare(target, row, { down: true, reason }, asRead, 'has just been heard: look again, or give --force');
  return {
    data: { host, cell, down: true, by: target.caller, reason, givesUp },
    lines: [`host ${host} is declared dead; conductor host up ${host} takes it back`],
  };
}

async function declareUp({ target, args: [name = ''], option }: Asked): Promise<Answer> {
  const reason = reasonOf(option('reason'));
  const { row, fence } = await registered(target, name);
  const { host, cell } = row;
  if (fence === 'off')
    throw new CommandFailure(`host ${host} was fenced: conductor fence release ${host} lets it run again`);
  const asRead = equals(FENCE.state, fence);
  await declare(target, row, { down: false, reason }, asRead, 'has just been fenced, or released: look again');
  return {
    data: { host, cell, down: false, by: target.caller, reason },
    lines: [`host ${host} counts by what is heard of it again`],
  };
}

/** @throws CommandFailure where none is given */
export function reasonOf(reason: string | undefined, wanted = 'why'): string {
  if (reason !== undefined && reason.trim() !== '') return reason;
  throw new CommandFailure(`--reason TEXT is missing: say ${wanted}`, EXIT.usage);
}

async function registered(
  target: DeploymentTarget,
  name: string,
): Promise<{ readonly row: HostRow; readonly lastSeen: string | null; readonly fence: FenceState | null }> {
  const row = await hostNamed(target, name);
  const item = await target.tables.get(cellTable(row.cell), serviceKey(row.host, 'nova-compute'));
  if (item === undefined || serviceItem(item).deleted)
    throw new CommandFailure(`host ${row.host} has not registered yet: start its compute service first`);
  return { row, lastSeen: serviceItem(item).last_seen_up, fence: fenceItem(item)?.state ?? null };
}

/** @throws CommandFailure with the refusal when what was looked at is so no more */
async function declare(
  target: DeploymentTarget,
  row: HostRow,
  said: { readonly down: boolean; readonly reason: string },
  asRead: Condition,
  refusal: string,
): Promise<void> {
  const at = isoSeconds(target.clock.now());
  await noteOnHost(target, row, {
    set: forced({ ...said, by: target.caller, at }),
    at,
    asRead,
    refusal: `host ${row.host} ${refusal}`,
    eventType: said.down ? 'conductor.host.down' : 'conductor.host.up',
    payload: { reason: said.reason },
  });
}
