import { ConductorClient } from '#client';
import { operationState } from '#records/operation';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { textOf } from '#records/reading';
import type { Item } from '#ports/tables';
import type { LocalDeeds } from '../control-endpoint.ts';
import { emulatedGround, type EmulatedGround } from '../emulated-ground.ts';
import { machineArn } from '../runner-executions.ts';
import { World } from '../world.ts';
import type { DemoExecution, DemoServer, DemoWorld } from './demo-world.ts';
import { DEMO_HOSTS, demoManners } from './scenarios.ts';

/** The demo's cells; their uuids are fixed so that two runs show the same. */
const CELLS = [
  { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' },
  { name: 'cell2', uuid: '22222222-2222-4222-8222-222222222222' },
];

/** Liveness in seconds instead of minutes, so that a dead host is noticed while one watches. */
const QUICK = { serviceDownTime: 3, waitSeconds: 2, stallSeconds: 120 };

/** Lets a deed happen while the scheduler is being asked. */
type Deed = () => Promise<void>;

/** The demo's world, and what it stands on. */
export interface BootedDemo extends DemoWorld {
  readonly world: World;
  readonly ground: EmulatedGround;
  stop(): Promise<void>;
}

/** Boots the demo's world on emulators: two cells, six hosts. */
export async function bootDemoWorld(): Promise<BootedDemo> {
  const deployment = 'nova-conductor';
  const ground = await emulatedGround({ deployment, cells: CELLS.map(({ name }) => name) });
  const deeds = new Map<string, Deed>();
  const world = await World.boot(ground, {
    cells: CELLS,
    hosts: Object.entries(DEMO_HOSTS).flatMap(([cell, hosts]) =>
      hosts.map((host) => ({ cell, host, manners: demoManners, heartbeatSeconds: 1 })),
    ),
    config: { deployment, ...QUICK },
    adapt: (services) => ({
      ...services,
      scheduler: {
        selectDestinations: async (request) => {
          for (const uuid of request.instanceUuids) await deeds.get(uuid)?.();
          return services.scheduler.selectDestinations(request);
        },
      },
    }),
  });
  const { clock, ids } = world.services;
  const seen = new Set<string>();
  const client = new ConductorClient({ bus: world.bus, clock, ids }, { principal: 'demo' });
  return {
    world,
    ground,
    clock,
    ids,
    publish: ({ context, args }) => client.scheduleAndBuildInstances(context, args),
    servers: (uuids) => Promise.all(uuids.map((uuid) => server(world, seen, uuid))),
    executions: () => executions(world, deployment),
    whileScheduling: (uuid, act) => {
      deeds.set(uuid, async () => {
        deeds.delete(uuid);
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
    stop: async () => {
      await client.close();
      await world.stop();
    },
  };
}

/** What an operator may ask of the demo's machines; further hosts have the demo's manners as well. */
export const demoDeeds = (world: World): LocalDeeds => ({
  deployCell: (cell) => world.addCell(cell),
  startHost: (host, cell) => world.fleet.add({ host, cell, manners: demoManners, heartbeatSeconds: 1 }),
  killHost: async (host) => world.fleet.host(host).die(),
  reset: () => world.reset(),
});

async function server({ services }: World, seen: Set<string>, uuid: string): Promise<DemoServer> {
  const { tables } = services;
  const [request, mapping] = await tables.batchGet([
    { table: BUILD_REQUESTS, key: buildRequestKey(uuid) },
    { table: MAPPINGS, key: instanceMappingKey(uuid) },
  ]);
  if (request !== undefined || mapping !== undefined) seen.add(uuid);
  const cell = textOf(mapping?.['cell']);
  const shown = { uuid, taskState: null, cell: cell ?? null, host: null, attempts: 0, fault: null };
  // Before the message is taken there is nothing yet; afterwards nothing means that the user deleted it.
  if (cell === undefined) return { ...shown, state: request === undefined && seen.has(uuid) ? 'gone' : 'scheduling' };
  const { items } = await tables.query(cellTable(cell), { partition: instanceKey(uuid).pk });
  const item = items.find(({ sk }) => sk === 'instance');
  if (item === undefined) return { ...shown, state: 'scheduling' };
  return {
    ...shown,
    state: item['deleted'] === true ? 'gone' : (textOf(item['vm_state']) ?? 'unknown'),
    taskState: textOf(item['task_state']) ?? null,
    host: textOf(item['host']) ?? null,
    attempts: operationState(item, 'launch').attempt,
    fault: lastFault(items),
  };
}

function lastFault(items: readonly Item[]): string | null {
  const faults = items.filter(({ sk }) => sk.startsWith('fault#'));
  const [last] = faults.toSorted((a, b) => Number(b['id']) - Number(a['id']));
  return textOf(last?.['message']) ?? null;
}

async function executions({ runner, clock }: World, deployment: string): Promise<DemoExecution[]> {
  const all = await Promise.all(
    ['build', 'launch'].map(async (workflow) => {
      const listed = await runner.listExecutions({ stateMachineArn: machineArn(deployment, workflow) });
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
  const { outcome: word, host, error }: Readonly<Record<string, unknown>> = JSON.parse(output);
  const where = typeof host === 'string' ? ` on ${host}` : '';
  const why = typeof error === 'string' ? ` (${error})` : '';
  return `${String(word)}${where}${why}`;
}
