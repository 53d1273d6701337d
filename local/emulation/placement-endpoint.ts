import type { IncomingMessage } from 'node:http';
import type { PlacementAnswer } from '#placement/http/answer';
import { PlacementApi } from '#placement/http/api';
import type { Json } from '#ports/json';
import { parseJson } from '#local/runner/json';
import { PLACEMENT } from '#records/keys';
import type { EmulatedPlatform } from './emulated-platform.ts';
import { serveLoopback, type LoopbackServer } from './loopback-server.ts';

/** Serves the deployment's own placement to computes of this machine. */
export const openOwnPlacement = ({
  adapters: { tables, ids },
  scan,
}: Pick<EmulatedPlatform, 'adapters' | 'scan'>): Promise<LoopbackServer> =>
  openPlacementEndpoint(new PlacementApi({ tables, ids, scan: () => scan(PLACEMENT) }));

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
