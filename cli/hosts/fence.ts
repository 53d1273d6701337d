import type { Command } from 'commander';
import { isoSeconds } from '#conductor/time';
import { all, equals } from '#ports/conditions';
import { FENCE, fenced, fenceItem, type Fence } from '#records/items/fence';
import { forced } from '#records/items/service';
import { cellTable, serviceKey } from '#records/keys';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { CommandFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { cellRows, mappedTo, withoutCell0 } from '#cli/inventory/cells';
import { hostNamed, hostRow, type HostRow } from '#cli/inventory/hosts';
import { reasonOf } from './host-down.ts';
import { noteOnHost } from './note-on-host.ts';

/** `fence list`: what the fencing agent was asked, and what it said. */
export function addFenceList(parent: Command, cli: Cli): void {
  const command = parent.command('list').description('List the hosts that the fencing agent was asked about');
  answering(command, cli, async ({ target }) => {
    const cells = withoutCell0(await cellRows(target));
    const hosts = (await Promise.all(cells.map(({ uuid }) => mappedTo(target, uuid, 'host')))).flat().map(hostRow);
    const rows = (await Promise.all(hosts.map((row) => withFence(target, row)))).filter((row) => row !== undefined);
    return {
      data: rows,
      lines: [
        columns(
          ['host', 'cell', 'state', 'at', 'by', 'detail'],
          rows.map(({ host, cell, state, at, by, detail }) => [host, cell, state, at, by, detail]),
          'the fencing agent was asked about no host',
        ),
      ],
    };
  });
}

/** `fence show HOST`: the same of one host, with the id of the request. */
export function addFenceShow(parent: Command, cli: Cli): void {
  const command = parent
    .command('show')
    .description('Show what was asked about one host')
    .argument('<host>', 'its name');
  answering(command, cli, async ({ target, args: [name = ''] }) => {
    const row = await fenceOf(target, await hostNamed(target, name));
    const { host, cell, id, state, at, by, detail } = row;
    return {
      data: row,
      lines: [
        `host     ${host} in ${cell}`,
        `state    ${state} at ${at}, by ${by}`,
        `request  ${id}`,
        `detail   ${detail}`,
      ],
    };
  });
}

/** `fence release HOST`: a person says that a host which was fenced may run again. */
export function addFenceRelease(parent: Command, cli: Cli): void {
  const command = parent
    .command('release')
    .description('Let a fenced host run again: it counts by what is heard of it')
    .argument('<host>', 'its name')
    .option('--reason <text>', 'why; kept with the host');
  answering(command, cli, release);
}

async function release({ target, args: [name = ''], option }: Asked): Promise<Answer> {
  const reason = reasonOf(option('reason'));
  const { host, cell, id, state } = await fenceOf(target, await hostNamed(target, name));
  if (state === 'released') throw new CommandFailure(`host ${host} is released already`);
  const at = isoSeconds(target.clock.now());
  const by = target.caller;
  const up = state === 'off' ? forced({ down: false, by, at, reason }) : {};
  await noteOnHost(
    target,
    { host, cell },
    {
      set: { ...fenced({ id, state: 'released', at, by, detail: reason }), ...up },
      at,
      asRead: all(equals(FENCE.id, id), equals(FENCE.state, state)),
      refusal: `the fencing agent has just answered for ${host}: look again`,
      eventType: 'conductor.fence.released',
      payload: { fence: id, reason },
    },
  );
  return {
    data: { host, cell, fence: id, by, reason },
    lines: [`host ${host} is released: it counts by what is heard of it`],
  };
}

type FencedHost = Pick<HostRow, 'host' | 'cell'> & Fence;

async function withFence({ tables }: DeploymentTarget, row: HostRow): Promise<FencedHost | undefined> {
  const { host, cell } = row;
  const item = await tables.get(cellTable(cell), serviceKey(host, 'nova-compute'));
  const fence = item && fenceItem(item);
  return fence && { host, cell, ...fence };
}

async function fenceOf(target: DeploymentTarget, row: HostRow): Promise<FencedHost> {
  const fence = await withFence(target, row);
  if (fence === undefined) throw new CommandFailure(`the fencing agent was not asked about ${row.host}`);
  return fence;
}
