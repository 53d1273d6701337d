import type { IncomingMessage } from 'node:http';
import type { Cell } from '#records/method';
import { isJsonObject, parseJson, type JsonObject } from '#local/runner/json';
import { serveLoopback, type LoopbackServer } from './loopback-server.ts';
import { answerSfn, type ServiceAnswer } from './sfn-endpoint.ts';
import type { World } from './world.ts';

/** What a world does on request beside what the services do. */
export interface LocalControls {
  /** Stands in for the deployment of a cell's stack. */
  deployCell(cell: Cell): Promise<void>;
  /** Stands in for switching a compute host on; one that died comes back. */
  startHost(host: string, cell: string): Promise<void>;
  /** The host falls silent at once. */
  killHost(host: string): Promise<void>;
  /** Stands in for the reload signal. */
  reset(): void;
}

/** Region and account of the emulators' addresses. */
const SCOPE = 'us-east-1:000000000000';
const SOURCES = '/2015-03-31/event-source-mappings';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly target: string;
  readonly body: JsonObject;
}

/**
 * Opens a port on which the world's own services answer in the form of AWS: Step Functions (list, describe, history,
 * redrive, stop), Lambda's event source mappings (list, update), and `/local/…` for what stands in for machines.
 */
export const openControlEndpoint = (world: World, localControls: LocalControls): Promise<LoopbackServer> =>
  serveLoopback('application/x-amz-json-1.0', (incoming) => answer(world, localControls, incoming));

async function answer(world: World, localControls: LocalControls, incoming: IncomingMessage): Promise<ServiceAnswer> {
  const request = await read(incoming);
  if (request.target !== '') return answerSfn(world.runner, request.target, request.body);
  if (request.path.startsWith(SOURCES)) return answerSources(world, request);
  return (
    (await answerControl(localControls, request)) ?? {
      status: 404,
      body: { message: `there is nothing at ${request.path}` },
    }
  );
}

async function read(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const parsed = parseJson(Buffer.concat(chunks).toString());
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const target = incoming.headers['x-amz-target'];
  return {
    method: incoming.method ?? 'GET',
    path: pathname,
    query: searchParams,
    target: typeof target === 'string' ? target : '',
    body: isJsonObject(parsed) ? parsed : {},
  };
}

/** Lambda's event source mappings: one for each queue that a function consumes, under the queue's name as its UUID. */
async function answerSources(world: World, { method, path, query, body }: Request): Promise<ServiceAnswer> {
  const uuid = decodeURIComponent(path.slice(SOURCES.length).replaceAll('/', ''));
  if (method === 'PUT') {
    const source = world.sources.get(uuid);
    if (source === undefined) return { status: 404, body: { message: `there is no event source mapping ${uuid}` } };
    if (body['Enabled'] === true) source.enable();
    if (body['Enabled'] === false) await source.disable();
    return { status: 202, body: mapping(world, uuid) };
  }
  const wanted = query.get('EventSourceArn');
  const all = [...world.sources.keys()].map((queue) => mapping(world, queue));
  return {
    status: 200,
    body: { EventSourceMappings: all.filter((each) => wanted === null || each['EventSourceArn'] === wanted) },
  };
}

function mapping(world: World, queue: string): JsonObject {
  const { deployment } = world.services.config;
  return {
    UUID: queue,
    EventSourceArn: `arn:aws:sqs:${SCOPE}:${deployment}-${queue}`,
    FunctionArn: `arn:aws:lambda:${SCOPE}:function:${deployment}-${queue}`,
    State: world.sources.get(queue)?.enabled === true ? 'Enabled' : 'Disabled',
  };
}

async function answerControl(
  localControls: LocalControls,
  { method, path, body }: Request,
): Promise<ServiceAnswer | undefined> {
  if (method !== 'POST') return undefined;
  const { name, uuid, host, cell } = body;
  if (path === '/local/cells' && typeof name === 'string' && typeof uuid === 'string') {
    await localControls.deployCell({ name, uuid });
  } else if (path === '/local/hosts' && typeof host === 'string' && typeof cell === 'string') {
    await localControls.startHost(host, cell);
  } else if (path === '/local/hosts/kill' && typeof host === 'string') {
    await localControls.killHost(host);
  } else if (path === '/local/reset') {
    localControls.reset();
  } else {
    return undefined;
  }
  return { status: 200, body: {} };
}
