import { ConductorClient } from '#client';
import { outcomeText } from '#cli/hosts/evacuation';
import { cellRows, mappedTo, withoutCell0 } from '#cli/inventory/cells';
import { hostRow } from '#cli/inventory/hosts';
import { mapOf, textOf } from '#wire/reading';
import { WORKFLOW_FUNCTIONS } from '#local/emulation/workflow-functions';
import type { LocalControls } from '#local/emulation/control-endpoint';
import { machineArn } from '#local/emulation/runner-executions';
import { World, type Platform, type WorldOptions } from '#local/emulation/world';
import type { Cell } from '#records/method';
import { fleetHosts, type DemoHosts } from './demo-hosts.ts';
import type { DemoExecution, DemoWorld } from './demo-world.ts';
import { lookAtServer } from './look-at-server.ts';
import { loadRecords } from './recorded-boot.ts';
import { demoConfiguration, demoHost, type DemoOptions } from './demo-options.ts';
import { SentOrders } from './sent-orders.ts';
import { DEMO_HOSTS, type Scenario } from './scenario.ts';
import { STORIES } from './stories.ts';
import { worldUser } from './user.ts';

/** The first of the demo's cells; their uuids are fixed so that two runs show the same. */
export const DEMO_CELL: Cell = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };

const CELLS: readonly Cell[] = [DEMO_CELL, { name: 'cell2', uuid: '22222222-2222-4222-8222-222222222222' }];

/** Names of the demo's cells. */
export const DEMO_CELLS: readonly string[] = CELLS.map(({ name }) => name);

export const DEMO_DEPLOYMENT = 'nova-conductor';

/** Lets a control act while the scheduler is being asked. */
type LocalControl = () => Promise<void>;

/** The demo's world, and what it stands on. */
export interface BootedDemo extends DemoWorld {
  readonly world: World;
  stop(): Promise<void>;
}

/**
 * Boots two cells with six hosts that behave as the scenarios say, and what an earlier
 * world on the platform had besides.
 */
export async function demoOn(
  platform: Platform,
  scenarios: readonly Scenario[],
  options: DemoOptions = {},
): Promise<BootedDemo> {
  const hostOf = demoHost(scenarios, options);
  const demo = await demoWith(
    platform,
    {
      cells: CELLS,
      hosts: Object.entries(DEMO_HOSTS).flatMap(([cell, hosts]) => hosts.map((host) => hostOf(host, cell))),
      config: { deployment: DEMO_DEPLOYMENT, ...demoConfiguration(options) },
    },
    { hostsOf: async ({ fleet }) => fleetHosts(fleet), cellOf: cellOfHost },
  );
  await goOn(demo.world, hostOf);
  return demo;
}

/** The hosts of a demo. */
interface HostsOfDemo {
  /** Makes those that the world did not boot with. */
  readonly hostsOf: (world: World) => Promise<DemoHosts>;
  readonly cellOf: (host: string) => Cell;
  /** Identity token of users, which computes present to other services. */
  readonly token?: string;
}

/** Boots a world whose servers and hosts the demo can show. */
export async function demoWith(
  platform: Platform,
  options: Omit<WorldOptions, 'adapt'>,
  { hostsOf, cellOf, token }: HostsOfDemo,
): Promise<BootedDemo> {
  const localControls = new Map<string, LocalControl>();
  const orders = new SentOrders();
  const world = await World.boot(platform, {
    ...options,
    reloads: true,
    adapt: (services) => ({
      ...services,
      compute: orders.watch(services.compute),
      scheduler: {
        selectDestinations: async (request) => {
          for (const uuid of request.instanceUuids) await localControls.get(uuid)?.();
          return services.scheduler.selectDestinations(request);
        },
      },
    }),
  });
  const { clock, ids, serviceGroup, tables } = world.services;
  const hosts = await hostsOf(world);
  const seen = new Set<string>();
  const client = new ConductorClient({ bus: world.bus, clock, ids }, { principal: 'demo' });
  return {
    world,
    clock,
    ids,
    user: worldUser(world.services, client, token),
    publish: ({ context, args }) => client.scheduleAndBuildInstances(context, args),
    publishRecorded: async (boot) => {
      await loadRecords(world.services, boot);
      await world.bus.send('compute-task', { body: boot.body, attributes: { sender: 'demo' } });
    },
    servers: (uuids, method) =>
      Promise.all(uuids.map((uuid) => lookAtServer(world, { hosts, orders }, seen, uuid, method))),
    executions: () => executions(world),
    whileScheduling: (uuid, act) => {
      localControls.set(uuid, async () => {
        localControls.delete(uuid);
        seen.add(uuid);
        await act();
      });
    },
    deleteBuildRequest: async (context, uuid) => {
      await client.deleteBuildRequest(context, uuid);
    },
    killHost: (host) => hosts.kill(host),
    reviveHost: (host) => hosts.revive(host),
    isDown: async (host) => (await serviceGroup.verdict(cellOf(host).name, host)).liveness === 'down',
    evacuate: async (host, report) => {
      const ports = { client, clock, ids, tables };
      await hosts.evacuate(ports, cellOf(host), host, (moved, ended, all) =>
        report(`${ended} of ${all}: ${moved.name} ${outcomeText(moved)}`),
      );
    },
    stop: async () => {
      await client.close();
      await world.stop();
    },
  };
}

/** Starts the cells and hosts that an earlier world was given by an operator. */
async function goOn(world: World, hostOf: ReturnType<typeof demoHost>): Promise<void> {
  const { tables } = world.services;
  for (const { name, uuid } of withoutCell0(await cellRows({ tables }))) {
    if (!DEMO_CELLS.includes(name)) world.serveCell({ name, uuid });
    for (const { host } of (await mappedTo({ tables }, uuid, 'host')).map(hostRow))
      if (!world.fleet.has(host)) await world.fleet.add(hostOf(host, name));
  }
}

/** What an operator may ask of a world's machines; its hosts behave as the demo's. */
export function demoControls(world: World, options: DemoOptions = {}): LocalControls {
  const hostOf = demoHost(
    STORIES.flatMap(({ scenarios }) => scenarios),
    options,
  );
  return {
    deployCell: (cell) => world.addCell(cell),
    startHost: (host, cell) => world.fleet.add(hostOf(host, cell)),
    killHost: async (host) => world.fleet.host(host).die(),
    reset: () => world.reset(),
  };
}

function cellOfHost(host: string): Cell {
  const cell = CELLS.find(({ name }) => DEMO_HOSTS[name]?.includes(host));
  if (cell === undefined) throw new Error(`there is no host ${host}`);
  return cell;
}

async function executions({ runner, clock }: World): Promise<DemoExecution[]> {
  const all = await Promise.all(
    Object.keys(WORKFLOW_FUNCTIONS).map(async (workflow) => {
      const listed = await runner.listExecutions({ stateMachineArn: machineArn(DEMO_DEPLOYMENT, workflow) });
      return Promise.all(
        listed.executions.map(async ({ executionArn }) => {
          const execution = await runner.describeExecution({ executionArn });
          const { name, status, startDate, stopDate, output } = execution;
          return { workflow, name, status, startDate, stopDate, output };
        }),
      );
    }),
  );
  return all
    .flat()
    .toSorted((a, b) => a.startDate.getTime() - b.startDate.getTime())
    .map(({ workflow, name, status, startDate, stopDate, output }) => ({
      workflow,
      name,
      status,
      ...(output === undefined ? {} : { outcome: outcome(output) }),
      milliseconds: (stopDate?.getTime() ?? clock.now()) - startDate.getTime(),
    }));
}

/** For instance `launched`, or `active on host1`. */
function outcome(output: string): string {
  const { outcome: word, host, error } = mapOf(JSON.parse(output));
  const options = textOf(host) === undefined ? '' : ` on ${textOf(host)}`;
  const why = textOf(error) === undefined ? '' : ` (${textOf(error)})`;
  return `${textOf(word) ?? 'done'}${options}${why}`;
}
