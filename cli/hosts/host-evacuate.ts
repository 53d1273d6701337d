import type { Command } from 'commander';
import { answering, fileText, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { evacuateHost, outcomeText, stays, type Moved } from './evacuation.ts';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { wholeNumberOf } from '#cli/inventory/choosing';
import { hostNamed } from '#cli/inventory/hosts';

/** Servers that are on their way at the same time by default. */
const PARALLEL = 10;

/** Seconds after which a server that is still on its way is reported as such. */
const TIMEOUT = 3600;

/** `host evacuate HOST`: takes every server of a dead host to other hosts. */
export function addHostEvacuate(parent: Command, cli: Cli): void {
  const command = parent
    .command('evacuate')
    .description('Take all servers of a dead host to other hosts; safe to repeat')
    .argument('<host>', 'the dead host')
    .option('--to <host>', 'to this host instead of those that the scheduler chooses')
    .option('--token-file <file>', 'a token of an administrator, for servers with devices (openstack token issue)')
    .option('--parallel <number>', 'servers on their way at the same time', String(PARALLEL))
    .option('--timeout <seconds>', 'how long to wait for one server', String(TIMEOUT));
  answering(command, cli, evacuate);
}

async function evacuate({ target, cli, args: [name = ''], option }: Asked): Promise<Answer> {
  const parallel = wholeNumberOf(option('parallel'), '--parallel', 1);
  const timeoutSeconds = wholeNumberOf(option('timeout'), '--timeout', 1);
  const tokenFile = option('tokenFile');
  const token = tokenFile === undefined ? undefined : (await fileText(cli, tokenFile, '--token-file')).trim();
  const { host, cell, cellUuid } = await hostNamed(target, name);
  const to = option('to');
  if (to !== undefined && (await hostNamed(target, to)).cell !== cell)
    throw new CommandFailure(`host ${to} is in another cell than ${host}: name one of ${cell}`, EXIT.usage);
  const { liveness, reason } = await target.serviceGroup.verdict(cell, host);
  if (liveness !== 'down')
    throw new CommandFailure(
      liveness === 'up'
        ? `host ${host} is up: its servers would run twice; live-migrate them, or stop its compute service first`
        : `nobody knows whether host ${host} lives: ${reason}; if you know, conductor host down ${host} --reason TEXT`,
    );

  const how = { source: host, to, timeoutSeconds, parallel };
  const moved = await evacuateHost({ ...target, token }, { name: cell, uuid: cellUuid }, how, (each, ended, all) =>
    cli.complain(`${ended} of ${all}: ${each.uuid} (${each.name}) ${outcomeText(each)}`),
  );
  return summary(host, moved);
}

function summary(host: string, moved: readonly Moved[]): Answer {
  const left = moved.filter(stays);
  const elsewhere = moved.filter(({ to }) => to !== null);
  const counted = `${elsewhere.length} of ${moved.length} servers of ${host} were taken to other hosts`;
  return {
    data: { host, moved: elsewhere, deleted: moved.filter(({ isDeleted }) => isDeleted), left },
    lines: [
      ...(left.length === 0
        ? []
        : [
            columns(
              ['left on the host', 'name', 'why'],
              left.map(({ uuid, name, why }) => [uuid, name, why ?? '-']),
            ),
          ]),
      moved.length === 0 ? `there are no servers on ${host}` : counted,
    ],
    exitCode: left.length === 0 ? EXIT.done : EXIT.failed,
  };
}
