import type { Configuration } from '#ports/configuration';
import { ConductorClient } from '#client';
import { mapOf, textOf } from '#wire/reading';
import { WORKFLOW_FUNCTIONS } from '#local/emulation/workflow-functions';
import type { LocalDeeds } from '#local/emulation/control-endpoint';
import { machineArn } from '#local/emulation/runner-executions';
import { World, type Platform, type WorldOptions } from '#local/emulation/world';
import type { Cell } from '#records/method';
import { fleetHosts, type DemoHosts } from './demo-hosts.ts';
import type { DemoExecution, DemoWorld } from './demo-world.ts';
import { lookAtServer } from './look-at-server.ts';
import { loadRecords } from './recorded-boot.ts';
import { SentOrders } from './sent-orders.ts';
import { DEMO_HOSTS, scriptedBehaviour, type Scenario } from './scenario.ts';
import { STORIES } from './stories.ts';
import { worldUser } from './user.ts';

/** The first of the demo's cells; their uuids are fixed so that two runs show the same. */
export const DEMO_CELL: Cell = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };

const CELLS: readonly Cell[] = [DEMO_CELL, { name: 'cell2', uuid: '22222222-2222-4222-8222-222222222222' }];

/** Names of the demo's cells. */
export const DEMO_CELLS: readonly string[] = CELLS.map(({ name }) => name);

export const DEMO_DEPLOYMENT = 'nova-conductor';

/** Liveness in seconds instead of minutes, so that a dead host is noticed while one watches. */
const QUICK = { serviceDownTime: 3, waitSeconds: 2, stallSeconds: 120 };

/** Lets a deed happen while the scheduler is being asked. */
type LocalControl = () => Promise<void>;

/** The demo's world, and what it stands on. */
export interface BootedDemo extends DemoWorld {
  readonly world: World;
  stop(): Promise<void>;
}

/** Boots two cells with six hosts that behave as the scenarios say. */
export function demoOn(
  platform: Platform,
  scenarios: readonly Scenario[],
  config: Partial<Configuration> = {},
): Promise<BootedDemo> {
  const behaviour = scriptedBehaviour(scenarios);
  const hosts = Object.entries(DEMO_HOSTS).flatMap(([cell, names]) =>
    names.map((host) => ({ cell, host, behaviour, heartbeatSeconds: 1 })),
  );
  const options = { cells: CELLS, hosts, config: { deployment: DEMO_DEPLOYMENT, ...QUICK, ...config } };
  return demoWith(platform, options, { hostsOf: async ({ fleet }) => fleetHosts(fleet), cellOf: cellOfHost });
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
    evacuate: async (host, tell) => {
      const ports = { client, clock, ids, tables };
      await hosts.evacuate(ports, cellOf(host), host, ({ name, to, why }, ended, all) =>
        tell(`${ended} of ${all}: ${name} ${to === null ? `stays: ${why}` : `is on ${to}`}`),
      );
    },
    stop: async () => {
      await client.close();
      await world.stop();
    },
  };
}

/** What an operator may ask of a world's machines; its hosts behave as the demo's. */
export function demoDeeds(world: World): LocalDeeds {
  const behaviour = scriptedBehaviour(STORIES.flatMap(({ scenarios }) => scenarios));
  return {
    deployCell: (cell) => world.addCell(cell),
    startHost: (host, cell) => world.fleet.add({ host, cell, behaviour, heartbeatSeconds: 1 }),
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
