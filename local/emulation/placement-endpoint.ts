import type { IncomingMessage } from 'node:http';
import type { PlacementAnswer } from '#placement/http/answer';
import { PlacementApi } from '#placement/http/api';
import type { Json } from '#ports/json';
import { parseJson } from '#local/runner/json';
import { serveLoopback, type LoopbackServer } from './loopback-server.ts';
import type { Platform } from './world.ts';

/** Serves the deployment's own placement to computes of this machine. */
export const openOwnPlacement = ({ adapters }: Pick<Platform, 'adapters'>): Promise<LoopbackServer> =>
  openPlacementEndpoint(new PlacementApi(adapters));

/** Opens a port of the loopback on which Placement's HTTP API is served. Nobody is asked for a token. */
export const openPlacementEndpoint = (api: Pick<PlacementApi, 'answer'>): Promise<LoopbackServer> =>
  serveLoopback('application/json', (incoming) => answer(api, incoming));

async function answer(api: Pick<PlacementApi, 'answer'>, incoming: IncomingMessage): Promise<PlacementAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body: Json | undefined = text === '' ? undefined : parseJson(text);
  const version = incoming.headers['openstack-api-version'];
  return api.answer({
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    version: typeof version === 'string' ? version : undefined,
    body,
  });
}
