import { ConductorClient } from '#client';
import { evacuateHost } from '#cli/hosts/evacuation';
import { cellRows, mappedTo, withoutCell0 } from '#cli/inventory/cells';
import { hostRow } from '#cli/inventory/hosts';
import { mapOf, textOf } from '#wire/reading';
import { WORKFLOW_FUNCTIONS } from '#local/emulation/workflow-functions';
import type { LocalControls } from '#local/emulation/control-endpoint';
import { machineArn } from '#local/emulation/runner-executions';
import { World, type Platform } from '#local/emulation/world';
import type { DemoExecution, DemoWorld } from './demo-world.ts';
import { lookAtServer } from './look-at-server.ts';
import { loadRecords } from './recorded-boot.ts';
import { demoConfiguration, demoHost, type DemoOptions } from './demo-options.ts';
import { DEMO_HOSTS, type Scenario } from './scenario.ts';
import { STORIES } from './stories.ts';
import { worldUser } from './user.ts';

/** The demo's cells; their uuids are fixed so that two runs show the same. */
const CELLS = [
  { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' },
  { name: 'cell2', uuid: '22222222-2222-4222-8222-222222222222' },
];

/** Names of the demo's cells. */
export const DEMO_CELLS: readonly string[] = CELLS.map(({ name }) => name);

export const DEMO_DEPLOYMENT = 'nova-conductor';

/** How an evacuation goes about it: servers at a time, and seconds for one. */
const EVACUATION = { to: undefined, parallel: 10, timeoutSeconds: 60 };

/** Lets a control act while the scheduler is being asked. */
type LocalControl = () => Promise<void>;

/** The demo's world, and what it stands on. */
export interface BootedDemo extends DemoWorld {
  readonly world: World;
  stop(): Promise<void>;
}

/** Boots two cells with six hosts that behave as the scenarios say, and what an earlier world on the platform had besides. */
export async function demoOn(
  platform: Platform,
  scenarios: readonly Scenario[],
  options: DemoOptions = {},
): Promise<BootedDemo> {
  const localControls = new Map<string, LocalControl>();
  const hostOf = demoHost(scenarios, options);
  const world = await World.boot(platform, {
    cells: CELLS,
    hosts: Object.entries(DEMO_HOSTS).flatMap(([cell, hosts]) => hosts.map((host) => hostOf(host, cell))),
    config: { deployment: DEMO_DEPLOYMENT, ...demoConfiguration(options) },
    reloads: true,
    adapt: (services) => ({
      ...services,
      scheduler: {
        selectDestinations: async (request) => {
          for (const uuid of request.instanceUuids) await localControls.get(uuid)?.();
          return services.scheduler.selectDestinations(request);
        },
      },
    }),
  });
  await goOn(world, hostOf);
  const { clock, ids, serviceGroup, tables } = world.services;
  const seen = new Set<string>();
  const client = new ConductorClient({ bus: world.bus, clock, ids }, { principal: 'demo' });
  return {
    world,
    clock,
    ids,
    user: worldUser(world.services, client),
    publish: ({ context, args }) => client.scheduleAndBuildInstances(context, args),
    publishRecorded: async (boot) => {
      await loadRecords(world.services, boot);
      await world.bus.send('compute-task', { body: boot.body, attributes: { sender: 'demo' } });
    },
    servers: (uuids, method) => Promise.all(uuids.map((uuid) => lookAtServer(world, seen, uuid, method))),
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
    killHost: async (host) => {
      world.fleet.host(host).die();
    },
    reviveHost: (host) => world.fleet.host(host).start(),
    isDown: async (host) => (await serviceGroup.verdict(cellOfHost(host).name, host)).liveness === 'down',
    evacuate: async (host, report) => {
      const how = { ...EVACUATION, source: host };
      await evacuateHost({ client, clock, ids, tables }, cellOfHost(host), how, ({ name, to, why }, ended, all) =>
        report(`${ended} of ${all}: ${name} ${to === null ? `stays: ${why}` : `is on ${to}`}`),
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

function cellOfHost(host: string): (typeof CELLS)[number] {
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
