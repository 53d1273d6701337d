import { DynamoTables } from '#adapters/dynamodb/tables';
import { queuedCompute } from '#adapters/sqs/compute';
import { SqsQueues } from '#adapters/sqs/queues';
import { SystemClock } from '#adapters/system/clock';
import { randomIds } from '#adapters/system/ids';
import { ConductorClient } from '#client';
import { SqsBus } from '#client/sqs-bus';
import { worldUser } from '#local/demo/user';
import type { DeployedApp } from './endpoint.ts';

/** Prefix of the names of the deployed app. */
export const DEPLOYMENT = 'nova-conductor';

/** What hosts, users and tests reach the deployed app by. */
export function clientsOf(app: DeployedApp) {
  const clock = new SystemClock();
  const tables = new DynamoTables({ client: app.dynamodb, deployment: DEPLOYMENT });
  const queues = new SqsQueues({ client: app.sqs, queueUrlBase: app.queueUrlBase, deployment: DEPLOYMENT });
  const bus = new SqsBus({ client: app.sqs, queueUrlBase: app.queueUrlBase, deployment: DEPLOYMENT });
  const ports = { bus, clock, ids: randomIds };
  const client = new ConductorClient(ports);
  const user = worldUser({ tables, clock, ids: randomIds, compute: queuedCompute(queues) }, client);
  return { clock, tables, queues, ports, client, user };
}
