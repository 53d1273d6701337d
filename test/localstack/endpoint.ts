import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The deployed app as its publishers and operators see it. */
export class DeployedApp {
  readonly sqs: SQSClient;
  readonly sfn: SFNClient;
  readonly dynamodb: DynamoDBClient;
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
    const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    this.sqs = new SQSClient(config);
    this.sfn = new SFNClient(config);
    this.dynamodb = new DynamoDBClient(config);
  }

  /** What all queue addresses begin with. */
  get queueUrlBase(): string {
    return `${this.#endpoint}/000000000000/`;
  }

  queueUrl(name: string): string {
    return `${this.queueUrlBase}nova-conductor-${name}`;
  }

  stateMachineArn(workflow: string): string {
    return `arn:aws:states:us-east-1:000000000000:stateMachine:nova-conductor-${workflow}`;
  }

  /** Status of each stack by name; by hand, so that the project needs no further client. */
  async stacks(): Promise<ReadonlyMap<string, string>> {
    const xml = await this.#get('cloudformation', '/', 'Action=DescribeStacks&Version=2010-05-15');
    const members = xml.matchAll(/<StackName>([^<]+)<\/StackName>.*?<StackStatus>([^<]+)<\/StackStatus>/gsu);
    return new Map([...members].map(([, name = '', status = '']) => [name, status]));
  }

  /** Answer of Lambda's API about a function or one of its aliases, as text. */
  async lambda(path: string): Promise<string> {
    return this.#get('lambda', `/2015-03-31/functions/${path}`);
  }

  async #get(service: string, path: string, body?: string): Promise<string> {
    const response = await fetch(`${this.#endpoint}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${path} answers ${response.status}: ${text.slice(0, 300)}`);
    return text;
  }
}

/** Asks again until there is an answer, for at most so many seconds. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 150): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(250);
  }
  throw new Error(`${what}: not seen within ${seconds} seconds`);
}
