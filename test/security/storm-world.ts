import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { RpcCaller } from '#client/rpc-caller';
import { LOCAL } from '#cli/deployment/local-file';
import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import type { RecordSource } from '#local/emulation/event-source';
import { machineArn } from '#local/emulation/runner-executions';
import { World } from '#local/emulation/world';
import { hostContext, ObjectProxy } from '#local/fleet/object-proxy';
import { MAPPINGS } from '#records/keys';
import { principalItem } from '#records/principals';
import { STATE_MACHINES } from '#statemachines/definitions';
import { CONDUCTOR_SENDER } from '#wire/pulse';
import { isWireObject } from '#wire/wire';

const DEPLOYMENT = 'nova-conductor';
const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };
export const HOSTS = ['host1', 'host2', 'host3'];

/** The attribute by which a test says whom SQS is to name as the sender; whom a message claims to be of is `sender`. */
export const SENT_BY = 'sentBy';

/** The emulator names every sender alike: what a test says of it stands in the place of SQS's word. */
const vouching = (source: RecordSource): RecordSource => ({
  ...source,
  receive: async (...signals) =>
    (await source.receive(...signals)).map((record) => {
      const { [SENT_BY]: sent, sender } = record.messageAttributes;
      const SenderId = sent?.stringValue ?? sender?.stringValue ?? 'AROANOBODY:x';
      return { ...record, attributes: { ...record.attributes, SenderId } };
    }),
});

/** A deployment on the emulators which hears principals alone, with three hosts that work. */
export async function stormWorld() {
  const emulated = await emulatedPlatform({ deployment: DEPLOYMENT, cells: [CELL.name] });
  const platform = { ...emulated, source: (queue: string) => vouching(emulated.source(queue)) };
  await emulated.adapters.tables.put(
    MAPPINGS,
    principalItem({ principal: CONDUCTOR_SENDER, role: 'conductor', hosts: [] }),
  );
  const world = await World.boot(platform, {
    cells: [CELL],
    hosts: HOSTS.map((host) => ({ cell: CELL.name, host })),
    config: { deployment: DEPLOYMENT, requirePrincipals: true },
  });
  return { world, platform: emulated };
}

/** Milliseconds between two heartbeats: more often than a service beats, so that there are enough for a percentile. */
const BEAT_MS = 200;

/** Heartbeats under way. */
interface Beating {
  /** How many were sent. */
  sent(): number;
  /** Sends no more; answers how long each waited for its answer. */
  stop(): Promise<number[]>;
}

/**
 * Beats like the service of a host until it is stopped; answers what each heartbeat took until it was answered, in
 * milliseconds of the time that this process worked: what other programs of a busy machine take is nobody's storm.
 */
export async function beating({ bus, services: { ids, clock } }: World, host: string): Promise<Beating> {
  const caller = new RpcCaller({ bus, clock, ids }, { principal: `host:${host}`, timeoutSeconds: 300 });
  const proxy = new ObjectProxy(caller, CELL.name);
  const context = hostContext(ids, clock);
  const service = await proxy.classAction(context, 'Service', 'get_by_host_and_binary', [host, 'nova-compute']);
  if (!isWireObject(service)) throw new Error(`${host} has no service`);
  const beats: Promise<number>[] = [];
  const beat = async (): Promise<number> => {
    const start = process.cpuUsage();
    await proxy.action(context, service, 'save', { report_count: 1000 + beats.length });
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const timer = setInterval(() => beats.push(beat()), BEAT_MS);
  return {
    sent: () => beats.length,
    stop: async () => {
      clearInterval(timer);
      const took = await Promise.all(beats);
      await caller.close();
      return took;
    },
  };
}

/** What there is of everything that may be left behind. */
export async function counted(
  world: World,
  { emulators }: EmulatedPlatform,
): Promise<Readonly<Record<string, number>>> {
  const dynamodb = new DynamoDBClient({ ...LOCAL, endpoint: emulators.dynamodbEndpoint });
  const sqs = new SQSClient({ ...LOCAL, endpoint: emulators.sqsEndpoint });
  const s3 = new S3Client({ ...LOCAL, endpoint: emulators.sqsEndpoint, forcePathStyle: true });
  const counts: Record<string, number> = {};
  for (const TableName of (await dynamodb.send(new ListTablesCommand({}))).TableNames ?? [])
    counts[TableName] = (await dynamodb.send(new ScanCommand({ TableName, Select: 'COUNT' }))).Count ?? 0;
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  counts['queues'] = QueueUrls.length;
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  for (const QueueUrl of QueueUrls) {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
    );
    counts['messages'] = AttributeNames.reduce(
      (sum, name) => sum + Number(Attributes?.[name] ?? 0),
      counts['messages'] ?? 0,
    );
  }
  counts['payloads'] = (await s3.send(new ListObjectsV2Command({ Bucket: emulators.messageBucket }))).KeyCount ?? 0;
  for (const workflow of STATE_MACHINES)
    counts['executions'] =
      (counts['executions'] ?? 0) +
      (await world.runner.listExecutions({ stateMachineArn: machineArn(DEPLOYMENT, workflow) })).executions.length;
  dynamodb.destroy();
  sqs.destroy();
  s3.destroy();
  return counts;
}
