import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CreateTableCommand, ResourceInUseException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cellTable } from '#records/keys';
import manifest from '../dynamodb/package.json' with { type: 'json' };
import { freePort } from './loopback-server.ts';
import { createTableInput, tableSchemas, type TableSchema } from './table-schema.ts';

/** A DynamoDB endpoint of this machine. */
export interface DynamodbEmulator {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * The emulator's program for a machine, this one unless named.
 *
 * @throws Error that names the package to install and what runs instead, where there is none
 */
export const emulatorFile = (machine = `${process.platform}-${process.arch}`): string => {
  const name = `@dynoxide/${machine}`;
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'dynoxide');
  } catch (error) {
    const version = manifest.optionalDependencies['@dynoxide/linux-x64'];
    throw new Error(
      `no DynamoDB emulator for ${machine}: npm install --no-save ${name}@${version}, or work in a container of linux/amd64`,
      { cause: error },
    );
  }
};

/** Settles when the emulator says that it listens. */
const listening = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('listening on')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the DynamoDB emulator ended with ${code}: ${said.trim()}`)));
  });

/**
 * Runs a program for as long as somebody holds the other end of its input: it ends with this process, even one that is
 * killed and can clean nothing up. The shell gives background processes no input, hence the descriptor of its own.
 */
const HELD =
  'exec 3<&0; "$0" "$@" </dev/null & p=$!; (cat <&3 >/dev/null; kill -9 $p 2>/dev/null) 2>/dev/null & wait $p';

/**
 * Starts the emulator on a free port of the loopback interface, which it cannot choose by itself.
 *
 * @param file keeps the tables. @default they are kept in memory
 */
export const startDynamodb = async (file?: string): Promise<DynamodbEmulator> => {
  const port = await freePort();
  const kept = file === undefined ? [] : ['--db-path', file];
  const program = [emulatorFile(), 'serve', '--host', '127.0.0.1', '-p', String(port), ...kept];
  const child = spawn('sh', ['-c', HELD, ...program], { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.on('error', () => {});
  await listening(child);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
};

/** Makes the deployment's tables; those that are there stay. */
export const createTables = async (
  client: DynamoDBClient,
  deployment: string,
  cells: readonly string[],
): Promise<void> => {
  for (const schema of tableSchemas(cells)) await createTable(client, deployment, schema);
};

/** Makes the table of one cell; one that is there stays. */
export const createCellTable = async (client: DynamoDBClient, deployment: string, cell: string): Promise<void> => {
  const schema = tableSchemas([cell]).find(({ table }) => table === cellTable(cell));
  if (schema !== undefined) await createTable(client, deployment, schema);
};

const createTable = async (client: DynamoDBClient, deployment: string, schema: TableSchema): Promise<void> => {
  try {
    await client.send(new CreateTableCommand(createTableInput(deployment, schema)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
};
