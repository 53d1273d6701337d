import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { randomIds } from '#adapters/system/ids';
import { evacuateHost } from '#cli/hosts/evacuation';
import { partitionOf } from '#cli/inventory/instances';
import { SMALL, TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { newest } from '#local/demo/recorded-server';
import type { Behaviour } from '#local/fleet/behaviour';
import { objectArgument, textField, type Order } from '#local/fleet/order';
import { seedCells, seedHost } from '#local/emulation/seed';
import { DEFAULTS } from '#ports/configuration';
import { BlockCounter } from '#records/block-counter';
import type { Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { serviceGroup } from '#records/hosts/service-group';
import { Names } from '../../lib/names.ts';
import { watching } from '../fixtures/watching.ts';
import { clientsOf, DEPLOYMENT } from './clients.ts';
import { DeployedApp, eventually } from './endpoint.ts';
import { commandFor } from './conductor-command.ts';
import { historyOf } from './history.ts';
import { hostsOfThisFile } from './hosts.ts';

const HOSTS = ['move-host1', 'move-host2', 'move-host3'];
const [FIRST = '', SECOND = '', THIRD = ''] = HOSTS;
const CELL = { name: 'cell1', uuid: new Names(DEPLOYMENT).cellUuid('cell1') };

/** Whether an order is to build the server of this name. */
const builds = (order: Order, name: string): boolean =>
  order.method === 'build_and_run_instance' && textField(objectArgument(order, 'instance'), 'display_name') === name;

/** The first host of one server gives it back. */
const behaviour: Behaviour = (order, attempt) =>
  builds(order, 'rescheduled') && attempt === 1 ? { fail: 'it is full' } : 'build';

const SUCCEEDED = new Set(['SUCCEEDED']);

const endpoint = inject('endpoint');

/** The happy path of each workflow, and a reschedule, through the deployed app; hosts and users are on this side. */
describe.runIf(endpoint !== undefined)('moving servers through the deployed app', () => {
  const app = new DeployedApp(endpoint ?? '');
  const { client, clock, ports, queues, tables, user } = clientsOf(app);
  const fleet = hostsOfThisFile(
    endpoint,
    ports,
    HOSTS.map((host) => ({ host, cell: CELL.name, behaviour, heartbeatSeconds: 2 })),
  );

  /** A server whose host dies before the tests: it takes some minutes to be known as dead. */
  let stranded = '';

  beforeAll(async () => {
    const services = { tables, clock, counter: new BlockCounter() };
    await seedCells(services, [CELL]);
    for (const host of HOSTS) await seedHost(services, CELL, host);
    await fleet.start();
    stranded = await build('evacuated', THIRD);
    // Until it is known to be dead, nothing else is to be scheduled to it.
    await commandFor(endpoint ?? '')(`host disable ${THIRD}`);
    fleet.host(THIRD).die();
  });

  afterAll(async () => {
    await client.close();
  });

  it('a server that its first host gives back is built on an alternate', async () => {
    await build('rescheduled');

    const ordered = fleet.received().filter((order) => builds(order, 'rescheduled'));
    expect(new Set(ordered.map(({ host }) => host)).size).toBe(2);
    expect(await ends('launch')).toEqual(SUCCEEDED);
  });

  it('live-migrate moves a running server to the host that was asked for', async () => {
    const uuid = await build('moved', FIRST);

    await user.liveMigrate(uuid, SECOND);
    const server = await eventually('the live migration', async () => onHost(uuid, SECOND));

    expect(server).toMatchObject({ vm_state: 'active', task_state: null });
    await eventually('the end of its migration', async () => migrated(uuid, 'completed'));
    expect(await ends('live-migrate')).toEqual(SUCCEEDED);
  });

  it('cold-migrate resizes a server, which its user confirms', async () => {
    const uuid = await build('resized', FIRST);

    await user.resize(uuid, SMALL);
    await eventually('the resize', async () => inState(uuid, 'resized'));
    await user.confirmResize(uuid);
    const server = await eventually('the confirmation', async () => inState(uuid, 'active'));

    expect(server).toMatchObject({ memory_mb: SMALL.memoryMb });
    await eventually('the end of its migration', async () => migrated(uuid, 'confirmed'));
    expect(await ends('cold-migrate')).toEqual(SUCCEEDED);
  });

  it('unshelve brings a shelved server back', async () => {
    const uuid = await build('shelved', FIRST);

    await user.shelve(uuid, { kept: true });
    await eventually('the shelving', async () => inState(uuid, 'shelved_offloaded'));
    await user.unshelve(uuid);
    const server = await eventually('the server', async () => inState(uuid, 'active'));

    expect(HOSTS).toContain(server['host']);
    expect(await ends('unshelve')).toEqual(SUCCEEDED);
  });

  it('rebuild evacuates the servers of a host that has died', { timeout: 400_000 }, async () => {
    const target = { client, clock, ids: randomIds, tables };
    const how = { source: THIRD, to: undefined, parallel: 2, timeoutSeconds: 60 };
    await eventually('the silence of the host', () => down(THIRD), 240);

    const moved = await evacuateHost(target, CELL, how, () => undefined);

    for (const one of moved)
      if (one.why !== null) throw new Error(`${one.why}\n${await historyOf(endpoint ?? '', one.uuid)}`);
    expect(moved.map((one) => one.uuid)).toContain(stranded);
    expect(await record(stranded)).toMatchObject({ vm_state: 'active', task_state: null });
    await eventually('the end of its migration', async () => migrated(stranded, 'done'));
    expect(await ends('rebuild')).toEqual(SUCCEEDED);
  });

  /** Builds a server, on this host if one is given, and waits until it runs. */
  async function build(name: string, host?: string): Promise<string> {
    const wanted = { names: [name], flavor: TINY, project: 'moving', ...(host === undefined ? {} : { host }) };
    const { context, args, uuids } = buildCommand(ports, wanted);
    const [uuid = ''] = uuids;
    await client.scheduleAndBuildInstances(context, args);
    await eventually(`server ${name}`, async () => inState(uuid, 'active'));
    return uuid;
  }

  const record = async (uuid: string): Promise<Item> =>
    (await tables.get(cellTable(CELL.name), instanceKey(uuid))) ?? { pk: '', sk: '' };

  async function inState(uuid: string, state: string): Promise<Item | undefined> {
    const item = await record(uuid);
    if (item['vm_state'] === 'error') throw new Error(await historyOf(endpoint ?? '', uuid));
    return item['vm_state'] === state && item['task_state'] === null ? item : undefined;
  }

  async function onHost(uuid: string, host: string): Promise<Item | undefined> {
    const item = await inState(uuid, 'active');
    return item?.['host'] === host ? item : undefined;
  }

  async function migrated(uuid: string, status: string): Promise<Item | undefined> {
    const migration = newest(await partitionOf({ tables }, CELL.name, uuid), 'migration#');
    return migration?.['status'] === status ? migration : undefined;
  }

  /**
   * Whether a host is down, whatever lies in its cell's queue at the time. The workflow asks for itself: where a
   * message is just in hand is not known for a while, and the emulator tries no step again by the name of its error.
   */
  async function down(host: string): Promise<true | undefined> {
    const always = watching(queues, { backlog: () => Promise.resolve({ waiting: 1, inFlight: 0 }) });
    const group = serviceGroup({ tables, clock, queues: always, config: { ...DEFAULTS, deployment: DEPLOYMENT } });
    return (await group.verdict(CELL.name, host)).liveness === 'down' ? true : undefined;
  }

  /** How the executions of a workflow have ended, once none runs any more. */
  function ends(workflow: string): Promise<ReadonlySet<string>> {
    return eventually(`the end of ${workflow}`, async () => {
      const stateMachineArn = app.stateMachineArn(workflow);
      const { executions = [] } = await app.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      const statuses = new Set(executions.map(({ status = '' }) => status));
      return statuses.size === 0 || statuses.has('RUNNING') ? undefined : statuses;
    });
  }
});
