import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildCommand } from '#local/demo/requests';
import { SMALL } from '#local/demo/flavors';
import { exportedItem } from '#cli/deployment/scan';
import { cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { gunzipSync } from 'node:zlib';
import { INDEXES } from '../../lib/table-indexes.ts';
import { clientsOf, DEPLOYMENT } from './clients.ts';
import { commandFor } from './conductor-command.ts';
import { DeployedApp, eventually } from './endpoint.ts';
import { historyOf } from './history.ts';
import { hostsOfThisFile } from './hosts.ts';
import { exportTable, importTable, makeAnew, type ExportFile } from './table-export.ts';

const HOST = 'restore-host1';
const CELL1 = cellTable('cell1');
const TABLES = [...Object.keys(INDEXES), cellTable('cell0'), CELL1];

interface Found {
  readonly rule: string;
  readonly subject: string;
}

const rulesAbout = (uuid: string, found: readonly Found[]): string[] =>
  found.filter(({ subject }) => subject === uuid).map(({ rule }) => rule);

/** Partition keys of a file, as `conductor record export --file` reads it. */
const linesOf = (file: ExportFile): string =>
  gunzipSync(file)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => exportedItem(line).pk)
    .join(' ');

const endpoint = inject('endpoint');

/** Backup and restore of the deployed app, as docs/operations.md has it; the intakes are paused meanwhile. */
describe.runIf(endpoint !== undefined)('tables that were exported, deleted and imported', { timeout: 120_000 }, () => {
  const app = new DeployedApp(endpoint ?? '');
  const { client, ports, tables, user } = clientsOf(app);
  const fleet = hostsOfThisFile(endpoint, ports, []);
  const conductor = commandFor(endpoint ?? '');
  const paused: string[] = [];

  beforeAll(async () => {
    for (const cell of ['cell0', 'cell1', 'cell2']) await conductor(`cell create ${cell}`);
    await conductor(`host add ${HOST} --cell cell1`);
    await fleet.add({ host: HOST, cell: 'cell1' });
  });
  afterAll(async () => {
    await resumeAll();
    await client.close();
  });

  it('fit together, and those that do not are named and healed; servers are built and deleted on them', async () => {
    const first = await build('before-the-copy');
    const older = await exportTable(app.dynamodb, `${DEPLOYMENT}-${CELL1}`);
    const second = await build('after-the-copy');
    await fleet.stop();
    await pauseAll();
    const before = await audited();
    const exports = new Map<string, ExportFile>();
    for (const table of TABLES) exports.set(table, await exportTable(app.dynamodb, `${DEPLOYMENT}-${table}`));

    for (const table of TABLES) await makeAnew(app.dynamodb, `${DEPLOYMENT}-${table}`);
    const emptied = await tables.get(CELL1, instanceKey(first));
    for (const [table, file] of exports) await importTable(app.dynamodb, `${DEPLOYMENT}-${table}`, file);
    const restored = await audited();
    await makeAnew(app.dynamodb, `${DEPLOYMENT}-${CELL1}`);
    await importTable(app.dynamodb, `${DEPLOYMENT}-${CELL1}`, older);
    const apart = await audited();
    await conductor('heal --after-restore');
    const healed = await audited();
    await resumeAll();
    await fleet.start();
    const third = await build('after-the-restore');
    for (const uuid of [first, third]) await user.delete(uuid);
    for (const uuid of [first, third]) await eventually(`the end of ${uuid}`, () => isGone(uuid));
    // What its user would do: the restored cell has no record of it.
    await tables.delete(MAPPINGS, instanceMappingKey(second));

    expect(emptied).toBeUndefined();
    expect(restored).toEqual(before);
    expect(rulesAbout(second, apart)).toEqual(['orphaned-claim', 'orphaned-mapping']);
    expect(rulesAbout(second, healed)).toEqual(['orphaned-mapping']);
    expect(rulesAbout(first, [...restored, ...apart, ...healed])).toEqual([]);
    expect(linesOf(older)).toContain(first);
    expect(linesOf(older)).not.toContain(second);
  });

  const audited = async (): Promise<Found[]> => {
    const found: Found[] = JSON.parse(await conductor('audit --after-restore --json'));
    return found.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
  };

  /** Nobody is heard from here on. */
  async function pauseAll(): Promise<void> {
    const listed = await conductor('intake list --columns queue,intake --format csv');
    paused.push(...[...listed.matchAll(/^([\w-]+),Enabled$/gmu)].map(([, queue = '']) => queue));
    for (const queue of paused) await conductor(`intake pause ${queue}`);
  }
  async function resumeAll(): Promise<void> {
    for (const queue of paused.splice(0)) await conductor(`intake resume ${queue}`);
  }

  async function build(name: string): Promise<string> {
    const { context, args, uuids } = buildCommand(ports, {
      names: [name],
      flavor: SMALL,
      project: 'restored',
      host: HOST,
    });
    const [uuid = ''] = uuids;
    await client.scheduleAndBuildInstances(context, args);
    await eventually(`server ${name}`, async () => {
      const item = await tables.get(CELL1, instanceKey(uuid));
      if (item?.['vm_state'] === 'error') throw new Error(await historyOf(endpoint ?? '', uuid));
      return item?.['vm_state'] === 'active' && item['task_state'] === null ? item : undefined;
    });
    return uuid;
  }

  async function isGone(uuid: string): Promise<true | undefined> {
    const item = await tables.get(CELL1, instanceKey(uuid));
    return item === undefined || item['deleted'] === true ? true : undefined;
  }
});
