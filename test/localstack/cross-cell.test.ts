import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { randomIds } from '#adapters/system/ids';
import { seedCells, seedHost } from '#local/emulation/seed';
import { SMALL, TINY } from '#local/demo/flavors';
import { recordedServer, type RecordedServer } from '#local/demo/recorded-server';
import { buildCommand } from '#local/demo/requests';
import { BlockCounter } from '#records/block-counter';
import { cellTable, instanceKey } from '#records/keys';
import { Names } from '../../lib/names.ts';
import { clientsOf, DEPLOYMENT } from './clients.ts';
import { DeployedApp, eventually } from './endpoint.ts';
import { historyOf } from './history.ts';
import { hostsOfThisFile } from './hosts.ts';

const names = new Names(DEPLOYMENT);
const FIRST = { name: 'cell1', uuid: names.cellUuid('cell1') };
const SECOND = { name: 'cell2', uuid: names.cellUuid('cell2') };
const SOURCE = 'cross-host1';
const DESTINATION = 'cross-host2';

const endpoint = inject('endpoint');

/** Hosts of two cells and users are on this side. */
describe.runIf(endpoint !== undefined)('moving servers between cells of the deployed app', () => {
  const app = new DeployedApp(endpoint ?? '');
  const { client, clock, ports, tables, user } = clientsOf(app);
  const fleet = hostsOfThisFile(endpoint, ports, [
    { host: SOURCE, cell: FIRST.name, heartbeatSeconds: 2 },
    { host: DESTINATION, cell: SECOND.name, heartbeatSeconds: 2 },
  ]);

  beforeAll(async () => {
    const services = { tables, clock, counter: new BlockCounter() };
    await seedCells(services, [FIRST, SECOND]);
    await seedHost(services, FIRST, SOURCE);
    await seedHost(services, SECOND, DESTINATION);
    await fleet.start();
  });

  afterAll(async () => {
    await client.close();
  });

  it('a resize to a host of another cell moves a server there, which its user confirms', async () => {
    const { context, args, uuids } = buildCommand(ports, {
      names: ['crossing'],
      flavor: TINY,
      project: 'crossing',
      host: SOURCE,
    });
    const [uuid = ''] = uuids;
    await client.scheduleAndBuildInstances(context, args);
    await eventually('the server', () => settled(uuid, 'active'));

    await user.resizeAcrossCells(uuid, SMALL, DESTINATION);
    const between = await eventually('the resize', () => settled(uuid, 'resized'));
    await user.confirmResize(uuid);
    const server = await eventually('the confirmation', () => settled(uuid, 'active'));

    expect(between).toMatchObject({ cell: SECOND.name, item: { host: DESTINATION } });
    expect(server).toMatchObject({
      cell: SECOND.name,
      item: { host: DESTINATION, memory_mb: SMALL.memoryMb, hidden: false },
      migration: { status: 'confirmed' },
    });
    await eventually('the end of its record in the first cell', async () => {
      const left = await tables.get(cellTable(FIRST.name), instanceKey(uuid));
      return left === undefined || left['deleted'] === true ? true : undefined;
    });
  });

  /** A server as the cell shows it to which it is mapped, once its state is this one and it has no task. */
  async function settled(uuid: string, state: string): Promise<RecordedServer | undefined> {
    const target = { client, clock, ids: randomIds, tables, token: undefined };
    const server = await recordedServer(target, uuid).catch(() => undefined);
    if (server?.item['vm_state'] === 'error') throw new Error(await historyOf(endpoint ?? '', uuid));
    return server?.item['vm_state'] === state && server.item['task_state'] === null ? server : undefined;
  }
});
