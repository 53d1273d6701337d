import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { createTables, startDynamodb } from '#local/emulation/dynamodb-emulator';
import type { Tables } from '#ports/tables';

const DEPLOYMENT = 'meter';

/** What an emulator says that a request took of a table. */
export interface Answered {
  readonly name: string;
  readonly table: number;
  /** By name; those that were not written are missing. */
  readonly indexes: Readonly<Record<string, number>>;
}

/** Tables in the DynamoDB emulator, which report of each request what it took. */
export interface EmulatedCapacity {
  readonly tables: Tables;
  /** Takes what was reported since the last time, one entry for each table of each request. */
  take(): Answered[];
  stop(): Promise<void>;
}

export async function emulatedCapacity(cells: readonly string[]): Promise<EmulatedCapacity> {
  const emulator = await startDynamodb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = dynamodbClient({ endpoint: emulator.endpoint, region: 'us-east-1', credentials });
  await createTables(client, DEPLOYMENT, cells);
  let answers: Answered[] = [];
  listen(client, (answered) => answers.push(answered));
  return {
    tables: new DynamoTables({ client, deployment: DEPLOYMENT }),
    take: () => {
      const taken = answers;
      answers = [];
      return taken;
    },
    stop: async () => {
      client.destroy();
      await emulator.stop();
    },
  };
}

/** Asks with every request what it takes. */
function listen(client: DynamoDBClient, note: (answered: Answered) => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'INDEXES' } });
      const capacity = 'ConsumedCapacity' in answer.output ? answer.output.ConsumedCapacity : undefined;
      for (const of of Array.isArray(capacity) ? capacity : [capacity])
        if (of !== undefined && 'TableName' in of) note(answered(of));
      return answer;
    },
    { step: 'initialize', name: 'consumedCapacity' },
  );
}

const answered = (of: ConsumedCapacity): Answered => ({
  name: (of.TableName ?? '').slice(`${DEPLOYMENT}-`.length),
  table: of.Table?.CapacityUnits ?? of.CapacityUnits ?? 0,
  indexes: Object.fromEntries(
    Object.entries(of.GlobalSecondaryIndexes ?? {}).map(([name, { CapacityUnits = 0 }]) => [name, CapacityUnits]),
  ),
});
