import { GetQueueAttributesCommand, ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OUTSIDE_LIMITS } from '#adapters/client-limits';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { LOCAL } from '#cli/deployment/local-file';
import { SMALL, TINY } from '#local/demo/flavors';
import { buildCommand } from '#local/demo/requests';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { ConductorClient } from '#client';
import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import { machineArn } from '#local/emulation/runner-executions';
import { WORKFLOW_FUNCTIONS } from '#local/emulation/workflow-functions';
import { World } from '#local/emulation/world';
import type { Item } from '#ports/tables';
import { imageItem } from '#records/images';
import { API, cellTable } from '#records/keys';
import { CELLS, claimedHosts } from '../fixtures/build-world.ts';
import { SNAPSHOT } from '../fixtures/existing-server.ts';
import type { LedgerWorld } from '../fixtures/ledger.ts';
import { RunningTwice } from '../worlds/invariants.ts';
import { KEPT_SNAPSHOT } from '../worlds/moves.ts';
import type { UsersWorld } from '../worlds/users.ts';
import { CuttingProxy } from './cutting-proxy.ts';
import { shaken, type Counts } from './shaken.ts';

const DEPLOYMENT = 'nova-conductor';
const TABLES = ['mappings', 'build-requests', 'api', 'requests', 'placement'];

/** Seconds for which drivers hold their calls while the conductor answers no ping. */
const HELD = 3600;

/** A deployment on emulators, whose functions reach them through a proxy and with faults. */
export class SoakWorld implements UsersWorld {
  readonly world: World;
  readonly platform: UsersWorld['platform'];
  readonly proxy: CuttingProxy;
  readonly counts: Counts;
  readonly guests: RunningTwice;
  readonly #emulated: EmulatedPlatform;
  /** Users reach the tables whatever happens to functions. */
  readonly #direct: DynamoDBClient;
  readonly #client: ConductorClient;
  #requests = 0;

  private constructor(
    world: World,
    emulated: EmulatedPlatform,
    proxy: CuttingProxy,
    counts: Counts,
    guests: RunningTwice,
  ) {
    this.world = world;
    this.#direct = dynamodbClient({ ...LOCAL, endpoint: emulated.emulators.dynamodbEndpoint }, OUTSIDE_LIMITS);
    this.platform = { tables: new DynamoTables({ client: this.#direct, deployment: DEPLOYMENT }) };
    this.proxy = proxy;
    this.counts = counts;
    this.guests = guests;
    this.#emulated = emulated;
    this.#client = new ConductorClient({ bus: world.bus, clock: world.clock, ids: world.services.ids });
  }

  /** @param share of the calls of functions that go wrong */
  static async boot(hosts: number, share: number): Promise<SoakWorld> {
    const counts: Counts = { messages: 0, faults: 0, share: 0 };
    const proxy = new CuttingProxy();
    const guests = new RunningTwice();
    const cells = CELLS.map(({ name }) => name);
    const emulated = await emulatedPlatform({ deployment: DEPLOYMENT, cells, through: (each) => proxy.to(each) });
    const { bus } = emulated;
    const counting = {
      ...emulated,
      adapters: shaken(emulated.adapters, counts),
      bus: {
        createQueue: bus.createQueue.bind(bus),
        deleteQueue: bus.deleteQueue.bind(bus),
        read: bus.read.bind(bus),
        sendBatch: bus.sendBatch.bind(bus),
        send: (...sent: Parameters<typeof bus.send>) => {
          counts.messages += 1;
          return bus.send(...sent);
        },
      },
    };
    const world = await World.boot(counting, {
      cells: CELLS,
      hosts: Array.from({ length: hosts }, (_, at) => ({
        host: `host${at + 1}`,
        cell: CELLS[at % CELLS.length]?.name ?? '',
        holdSeconds: HELD,
        onStart: guests.onStart,
      })),
      config: { deployment: DEPLOYMENT, quota: { instances: -1, cores: -1, ram: -1 } },
    });
    guests.watch(world.fleet);
    for (const image of [SNAPSHOT, KEPT_SNAPSHOT])
      await emulated.adapters.tables.put(API, imageItem(image, { name: 'shelved', status: 'active' }));
    counts.share = share;
    return new SoakWorld(world, emulated, proxy, counts, guests);
  }

  get services() {
    return { ...this.world.services, tables: this.platform.tables };
  }

  get clock() {
    return this.world.clock;
  }

  request(servers = 1, flavor = TINY) {
    const names = Array.from({ length: servers }, (_, at) => `vm${at + 1}`);
    return buildCommand(this.world.services, { names, flavor, project: 'p' });
  }

  /** Asks for a server, and answers its uuid. */
  async build(): Promise<string> {
    this.#requests += 1;
    const { context, args: given, uuids } = this.request(1, this.#requests % 3 === 0 ? SMALL : TINY);
    const { method, version, args } = scheduleAndBuildInstances(given);
    await this.#client.cast(method, version, args, context);
    return uuids[0] ?? '';
  }

  /** Whether nothing runs and no message waits. */
  async isAtRest(): Promise<boolean> {
    const running = (await this.#executions()).filter(({ status }) => status === 'RUNNING').length;
    if (running > 0) return false;
    const waiting = await this.#inQueues((name) => !name.endsWith('-dlq') && !name.includes('reply_'));
    return waiting === 0;
  }

  /** All that lies in tables and dead-letter queues, as the ledger looks at it. */
  async ledger(): Promise<LedgerWorld> {
    const tables = new Map<string, Item[]>();
    for (const table of [...TABLES, ...['cell0', ...CELLS.map(({ name }) => name)].map(cellTable)]) {
      const found: Item[] = [];
      for await (const item of this.#emulated.scan(table)) found.push(item);
      tables.set(table, found);
    }
    const letters = await this.#deadLetters();
    const executions = await this.#executions();
    const items = (table: string): readonly Item[] => tables.get(table) ?? [];
    return {
      items,
      look: (look) => look(),
      executions: () => Promise.resolve(executions),
      claims: (uuid) => claimedHosts(items('placement'), uuid),
      platform: { queues: { names: () => [...letters.keys()], messages: (queue) => letters.get(queue) ?? [] } },
      world: { fleet: this.world.fleet },
    };
  }

  async stop(): Promise<void> {
    await this.world.stop();
    this.proxy.close();
    this.#direct.destroy();
  }

  async #executions() {
    const all = await Promise.all(
      Object.keys(WORKFLOW_FUNCTIONS).map((workflow) =>
        this.world.runner.listExecutions({ stateMachineArn: machineArn(DEPLOYMENT, workflow) }),
      ),
    );
    return all.flatMap(({ executions }) => executions);
  }

  /** Messages in queues, those in flight among them. */
  async #inQueues(wanted: (name: string) => boolean): Promise<number> {
    return this.#withQueues(async (client, urls) => {
      const counts = await Promise.all(
        urls.filter(wanted).map(async (QueueUrl) => {
          const { Attributes = {} } = await client.send(
            new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
          );
          const { ApproximateNumberOfMessages: ready = '0', ApproximateNumberOfMessagesNotVisible: taken = '0' } =
            Attributes;
          return Number(ready) + Number(taken);
        }),
      );
      return counts.reduce((sum, each) => sum + each, 0);
    });
  }

  async #deadLetters() {
    return this.#withQueues(async (client, urls) => {
      const letters = new Map<string, { readonly body: string; readonly attributes: Record<string, string> }[]>();
      for (const QueueUrl of urls.filter((url) => url.endsWith('-dlq'))) {
        const asked = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
        const received = Messages.map(({ Body = '', MessageAttributes = {} }) => ({
          body: Body,
          attributes: Object.fromEntries(
            Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
          ),
        }));
        letters.set(QueueUrl.split('/').at(-1) ?? '', received);
      }
      return letters;
    });
  }

  async #withQueues<T>(ask: (client: SQSClient, urls: readonly string[]) => Promise<T>): Promise<T> {
    const client = new SQSClient({ ...LOCAL, endpoint: this.#emulated.emulators.sqsEndpoint });
    try {
      const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
      return await ask(client, QueueUrls);
    } finally {
      client.destroy();
    }
  }
}
