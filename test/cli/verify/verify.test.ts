import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { runProbes } from '#cli/verify/run-probes';
import { signedHeaders } from '#adapters/function-url/signature';
import { oneFileZip } from '#cli/verify/one-file-zip';
import { localDeployment, run, type LocalDeployment } from '../local-deployment.ts';

const SOME = 'sqs-batch-entries,dynamodb-transaction-reasons,dynamodb-transaction-actions';

describe('conductor verify', { timeout: 60_000 }, () => {
  let local: LocalDeployment;
  beforeAll(async () => {
    local = await localDeployment();
  }, 60_000);
  afterAll(() => local.stop());

  const verify = (line: string, ends: Partial<Parameters<typeof run>[1]> = {}) =>
    run(`verify ${line}`, {
      target: async () => local.target(true),
      readFile: () => Promise.reject(new Error('no file')),
      again: async () => true,
      ...ends,
    });
  /** Queues and tables of any run. */
  const made = async (): Promise<string[]> => {
    const target = local.target(true);
    const { QueueUrls = [] } = await target.clients.sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'conductor-verify' }),
    );
    const { TableNames = [] } = await target.clients.dynamodb.send(new ListTablesCommand({}));
    await target.close();
    return [...QueueUrls, ...TableNames.filter((name) => name.startsWith('conductor-verify'))];
  };

  it('reports of each assumption whether it holds, and takes away what that made', async () => {
    const verified = await verify(`--only ${SOME} --json`);

    expect(verified.data()).toMatchObject({
      interrupted: false,
      left: [],
      verdicts: SOME.split(',').map((id) => ({ id, outcome: 'holds' })),
    });
    expect(verified.exitCode).toBe(0);
    expect(await made()).toEqual([]);
  });

  it('ends with 3 where something is otherwise, and says what was seen', async () => {
    const verified = await verify('--only sqs-queue-url');

    expect(verified.exitCode).toBe(3);
    expect(verified.out).toMatch(/^sqs-queue-url +differs +\d+ +http:\/\/\S+-queue$/mu);
  });

  it('that is interrupted tries nothing more, and takes away what it has made', async () => {
    const target = local.target(true);
    const { account, clients, clock, partition, region } = target;
    let asked = 0;

    const report = await runProbes(
      {
        account,
        clients,
        clock,
        partition,
        region,
        readJson: async () => ({}),
        at: {},
        prefix: 'conductor-verify-interrupted',
        // It is asked before anything is made: the second time, nobody wants it any more.
        pause: async () => (asked += 1) < 2,
      },
      ['sqs-batch-entries', 'dynamodb-units'],
      () => undefined,
    );
    await target.close();

    expect(report).toMatchObject({ interrupted: true, left: [], verdicts: [{ id: 'sqs-batch-entries' }] });
    expect(report.verdicts).toHaveLength(1);
    expect(await made()).toEqual([]);
  });

  it('hears an interruption only while it runs', async () => {
    const heard: string[] = [];
    const verified = await verify('--only sqs-queue-url --json', {
      onInterrupt: (interrupt) => {
        heard.push('on');
        interrupt();
        return () => heard.push('off');
      },
    });

    expect(verified.data()).toMatchObject({ interrupted: true, verdicts: [], left: [] });
    expect(verified.exitCode).toBe(1);
    expect(heard).toEqual(['on', 'off']);
  });

  it('lists what is assumed, and refuses what is no assumption', async () => {
    const listed = await verify('--list');
    const wrong = await verify('--only sqs-sender');

    expect(listed.out).toContain('lambda-url-only');
    expect(wrong).toMatchObject({ exitCode: 2, err: expect.stringContaining('--only sqs-sender is no assumption') });
  });
});

describe('a signed request', () => {
  it('has the signature that AWS publishes for it', () => {
    const at = { region: 'us-east-1', service: 'service', now: Date.parse('2015-08-30T12:36:00Z') };
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

    const { authorization } = signedHeaders({ url: new URL('https://example.amazonaws.com/'), ...at, credentials });

    expect(authorization).toContain('Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
  });
});

describe('an archive of one file', () => {
  it('has its parts where the form of ZIP has them', () => {
    const zip = Buffer.from(oneFileZip('index.mjs', 'export {};'));
    const central = zip.readUInt32LE(zip.length - 22 + 16);

    expect(zip.subarray(zip.length - 22, zip.length - 18).toString('latin1')).toBe('PK\u0005\u0006');
    expect(zip.subarray(central, central + 4).toString('latin1')).toBe('PK\u0001\u0002');
    expect(zip.subarray(30, 30 + 'index.mjsexport {};'.length).toString()).toBe('index.mjsexport {};');
    expect(zip.length).toBe(central + 46 + 'index.mjs'.length + 22);
  });
});
