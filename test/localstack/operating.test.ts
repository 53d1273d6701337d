import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { buildCommand } from '#local/demo/requests';
import { buildAndRun } from '#local/fleet/build';
import type { ComputeOptions } from '#local/fleet/fake-compute';
import { objectArgument, textField, type Order } from '#local/fleet/order';
import type { Item } from '#ports/tables';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { operationNames } from '#records/operation';
import { textOf } from '#wire/reading';
import { requestEnvelope } from '#wire/envelope';
import { clientsOf } from './clients.ts';
import { commandFor } from './conductor-command.ts';
import { deployAgain } from './deployed-app.ts';
import { DeployedApp, eventually } from './endpoint.ts';
import { historyOf } from './history.ts';
import { hostsOfThisFile } from './hosts.ts';

const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
const HUGE = { ...FLAVOR, id: 9, name: 'm9.huge', vcpus: 4096, memoryMb: 16_777_216 };
/** The server that spawns while the app is deployed again. */
const SLOW = 'during-update';
const nameOf = (order: Order): string => textField(objectArgument(order, 'instance'), 'display_name');

const endpoint = inject('endpoint');

/** The deployed app, operated by nothing but the command, and used by nothing but queues. */
describe.runIf(endpoint !== undefined)('operating the deployed app', () => {
  const app = new DeployedApp(endpoint ?? '');
  const { client, ports, tables } = clientsOf(app);
  const fleet = hostsOfThisFile(endpoint, ports, []);
  const spawned = Promise.withResolvers<void>();
  /** Hosts that build at once, save for one server, which spawns until `spawned` says so. */
  const hosting: Pick<ComputeOptions, 'behaviour' | 'orders'> = {
    behaviour: (given) => (nameOf(given) === SLOW ? { delay: 0 } : 'build'),
    orders: {
      build_and_run_instance: (site, given, kind) =>
        buildAndRun({ ...site, sleep: () => spawned.promise }, given, kind),
    },
  };
  const conductor = commandFor(endpoint ?? '');

  beforeAll(async () => {
    for (const cell of ['cell0', 'cell1', 'cell2']) await conductor(`cell create ${cell}`);
  });
  afterAll(async () => {
    spawned.resolve();
    await client.close();
  });

  it('cells and hosts are added by the command, each once', async () => {
    const again = await conductor('cell create cell1');
    const added = await conductor('host add op-host1 --cell cell1');
    const twice = await conductor('host add op-host1 --cell cell1');
    await fleet.add({ host: 'op-host1', cell: 'cell1', ...hosting });
    const listed = await conductor('host list --cell cell1');

    expect(again).toContain('is there already');
    expect(added).toContain('mapped to cell1');
    expect(twice).toContain('host op-host1 is there already');
    expect(listed).toMatch(/op-host1 +cell1 +up/u);
  });

  it('a server that no host can take is buried in cell0', async () => {
    // A buried server counts against its quota, as in Nova: its project can build nothing more.
    const { context, args, uuids } = buildCommand(ports, { names: ['huge'], flavor: HUGE, project: 'greedy' });
    const [uuid = ''] = uuids;

    await client.scheduleAndBuildInstances(context, args);
    const record = await eventually('the server in cell0', () => tables.get(cellTable('cell0'), instanceKey(uuid)));

    expect(record['vm_state']).toBe('error');
    expect(await conductor(`server show ${uuid}`)).toContain('where      cell0');
    expect(await tables.get(BUILD_REQUESTS, buildRequestKey(uuid))).toBeUndefined();
  });

  it('a poison message is put aside with its reason, the others of its batch are answered, and it can be redriven and dropped', async () => {
    const pinged = client.ping(context(), 'beside a poison message');
    await app.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: app.queueUrl('conductor'),
        Entries: [
          { Id: '1', MessageBody: 'this is no envelope' },
          {
            Id: '2',
            MessageBody: requestEnvelope({
              method: 'ping',
              namespace: 'baseapi',
              version: '1.0',
              args: {},
              context: context(),
              uniqueId: 'u',
            }),
          },
        ],
      }),
    );

    const answer = await pinged;
    const listed = await eventually('the dead letter', async () => {
      const text = await conductor('dead-letter list conductor');
      return text.includes('MalformedMessage') ? text : undefined;
    });
    const redriven = await conductor('dead-letter redrive conductor --all');
    await eventually('the dead letter again', async () => {
      const text = await conductor('dead-letter list conductor');
      return text.includes('MalformedMessage') ? text : undefined;
    });
    const id = /^(\S+) .*MalformedMessage/mu.exec(await conductor('dead-letter list conductor'))?.[1] ?? '';
    const dropped = await conductor(`dead-letter drop conductor ${id} --reason 'a test'`);

    expect(answer).toMatchObject({ arg: 'beside a poison message' });
    expect(listed.match(/MalformedMessage/gu)).toHaveLength(1);
    expect(redriven).toContain('1 dead letters went back to conductor');
    expect(dropped).toContain('): a test');
  });

  it(
    'a third cell is deployed and added without touching the first two, and builds',
    { timeout: 300_000 },
    async () => {
      const before = await app.stacks();
      const stacks = ['nova-conductor-state-cell-cell3', 'nova-conductor-cell-cell3'];
      await deployAgain(endpoint ?? '', stacks, { cells: 'cell1,cell2,cell3' });
      const after = await app.stacks();
      await conductor('cell create cell3');
      await conductor('host add op-host3 --cell cell3');
      await fleet.add({ host: 'op-host3', cell: 'cell3', ...hosting });
      for (const { host } of fleet.computes.filter(({ cell }) => cell !== 'cell3'))
        await conductor(`host disable ${host}`);
      for (const cell of ['cell1', 'cell2']) await conductor(`cell disable ${cell}`);
      const uuid = await build('third');
      for (const cell of ['cell1', 'cell2']) await conductor(`cell enable ${cell}`);

      expect(after.get('nova-conductor-cell-cell3')).toBe('CREATE_COMPLETE');
      for (const [stack, status] of before) expect([stack, after.get(stack)]).toEqual([stack, status]);
      expect((await tables.get(MAPPINGS, instanceMappingKey(uuid)))?.['cell']).toBe('cell3');
    },
  );

  it(
    'an update deployment on a stack in use keeps records, ends what is in flight and goes on building',
    { timeout: 300_000 },
    async () => {
      const before = await build('before-update');
      const during = await order(SLOW);
      const spawning = await eventually('its spawning', () => inState(during, 'task_state', 'spawning'));
      const execution = textOf(spawning[operationNames('launch').owner]) ?? '';
      await deployAgain(endpoint ?? '', ['--all'], { cells: 'cell1,cell2,cell3', tracing: 'true' });
      const inFlight = await launchStatus(execution);
      spawned.resolve();
      await eventually(`server ${SLOW}`, () => inState(during, 'vm_state', 'active'));
      const end = await eventually('the end of its execution', async () => {
        const status = await launchStatus(execution);
        return status === 'RUNNING' ? undefined : status;
      });
      const after = await build('after-update');

      expect([inFlight, end]).toEqual(['RUNNING', 'SUCCEEDED']);
      expect(await conductor(`server show ${during}`)).toContain('state      active');
      expect(await conductor(`server show ${before}`)).toContain('state      active');
      expect(await conductor(`server show ${after}`)).toContain('state      active');
      expect(await app.lambda('nova-conductor-launch/aliases/live')).not.toContain('"FunctionVersion": "1"');
    },
  );

  const context = () => buildCommand(ports, { names: [], flavor: FLAVOR, project: 'operated' }).context;

  /** Asks for a server, and answers its uuid. */
  async function order(name: string): Promise<string> {
    const { context: own, args, uuids } = buildCommand(ports, { names: [name], flavor: FLAVOR, project: 'operated' });
    await client.scheduleAndBuildInstances(own, args);
    return uuids[0] ?? '';
  }

  /** Builds a server and waits until it runs. */
  async function build(name: string): Promise<string> {
    const uuid = await order(name);
    await eventually(`server ${name}`, () => inState(uuid, 'vm_state', 'active'));
    return uuid;
  }

  /** The server's record once its field is so; a server in error, in its cell or in cell0, never gets there. */
  async function inState(uuid: string, field: string, value: string): Promise<Item | undefined> {
    const cell = (await tables.get(MAPPINGS, instanceMappingKey(uuid)))?.['cell'];
    const item = typeof cell === 'string' ? await tables.get(cellTable(cell), instanceKey(uuid)) : undefined;
    if (item?.['vm_state'] === 'error') throw new Error(await historyOf(endpoint ?? '', uuid));
    return item?.[field] === value ? item : undefined;
  }

  async function launchStatus(name: string): Promise<string | undefined> {
    const executionArn = `${app.stateMachineArn('launch').replace(':stateMachine:', ':execution:')}:${name}`;
    return (await app.sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
  }
});
