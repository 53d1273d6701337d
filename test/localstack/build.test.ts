import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildCommand } from '#local/demo/requests';
import { seedCells, seedHost } from '#local/emulation/seed';
import { BlockCounter } from '#records/block-counter';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { Names } from '../../lib/names.ts';
import { clientsOf, DEPLOYMENT } from './clients.ts';
import { DeployedApp, eventually } from './endpoint.ts';
import { historyOf } from './history.ts';
import { hostsOfThisFile } from './hosts.ts';

const HOSTS = [
  { host: 'host1', cell: 'cell1' },
  { host: 'host2', cell: 'cell2' },
];
const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };

const endpoint = inject('endpoint');

/** Hosts and publisher are on this side, everything else is deployed; only the mappings are written past the queues. */
describe.runIf(endpoint !== undefined)('building servers through the deployed app', () => {
  const app = new DeployedApp(endpoint ?? '');
  const { client, clock, ports, tables } = clientsOf(app);
  const fleet = hostsOfThisFile(endpoint, ports, HOSTS);

  beforeAll(async () => {
    const names = new Names(DEPLOYMENT);
    const cells = ['cell1', 'cell2'].map((name) => ({ name, uuid: names.cellUuid(name) }));
    const services = { tables, clock, counter: new BlockCounter() };
    await seedCells(services, cells);
    for (const { cell, host } of HOSTS) {
      const own = cells.find(({ name }) => name === cell);
      if (own !== undefined) await seedHost(services, own, host);
    }
    await fleet.start();
  });

  afterAll(async () => {
    await client.close();
  });

  it('schedule_and_build_instances leads to active servers, and every execution succeeds', async () => {
    const command = buildCommand(ports, { names: ['first', 'second'], flavor: FLAVOR, project: 'deployed' });

    await client.scheduleAndBuildInstances(command.context, command.args);
    const servers = await Promise.all(command.uuids.map((uuid) => eventually(`server ${uuid}`, () => active(uuid))));
    const executions = await eventually('the end of all executions', endedExecutions);

    expect(servers.map(({ task_state }) => task_state)).toEqual([null, null]);
    expect(fleet.received().map(({ method }) => method)).toEqual(['build_and_run_instance', 'build_and_run_instance']);
    // Other files of this suite may have built servers before.
    expect(new Set([...executions.build, ...executions.launch])).toEqual(new Set(['SUCCEEDED']));
    expect(executions.launch.length).toBeGreaterThanOrEqual(2);
    for (const uuid of command.uuids) {
      expect(await tables.get(BUILD_REQUESTS, buildRequestKey(uuid))).toBeUndefined();
    }
  });

  it('admin_password is in no input and no output of an execution', async () => {
    const command = buildCommand(ports, { names: ['secret'], flavor: FLAVOR, project: 'deployed' });
    const args = { ...command.args, admin_password: 'correct-horse-battery' };

    await client.scheduleAndBuildInstances(command.context, args);
    await Promise.all(command.uuids.map((uuid) => eventually(`server ${uuid}`, () => active(uuid))));
    await eventually('the end of all executions', endedExecutions);

    const documents = (await executionArns()).map((executionArn) =>
      app.sfn.send(new DescribeExecutionCommand({ executionArn })),
    );
    expect(JSON.stringify(await Promise.all(documents))).not.toContain('correct-horse-battery');
  });

  /** The server's record once it is active, from the cell that its mapping names. */
  async function active(uuid: string) {
    const mapping = await tables.get(MAPPINGS, instanceMappingKey(uuid));
    const cell = mapping?.['cell'];
    if (typeof cell !== 'string') return undefined;
    const record = await tables.get(cellTable(cell), instanceKey(uuid));
    if (record?.['vm_state'] === 'error') throw new Error(await historyOf(endpoint ?? '', uuid));
    return record?.['vm_state'] === 'active' && record['task_state'] === null ? record : undefined;
  }

  async function list(workflow: string) {
    const { executions = [] } = await app.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: app.stateMachineArn(workflow) }),
    );
    return executions;
  }

  /** How executions ended by workflow, those that failed with their reason; nothing while one runs. */
  async function endedExecutions() {
    const [build = [], launch = []] = await Promise.all(['build', 'launch'].map(endings));
    return [build, launch].flat().includes('RUNNING') ? undefined : { build, launch };
  }

  async function endings(workflow: string) {
    return Promise.all(
      (await list(workflow)).map(async ({ executionArn, status = '' }) => {
        if (status === 'RUNNING' || status === 'SUCCEEDED') return status;
        const { error = '', cause = '' } = await app.sfn.send(new DescribeExecutionCommand({ executionArn }));
        return `${status} ${error} ${cause}`;
      }),
    );
  }

  async function executionArns() {
    return [...(await list('build')), ...(await list('launch'))].map(({ executionArn = '' }) => executionArn);
  }
});
