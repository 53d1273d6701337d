import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { PlacementAnswer } from '#placement/http/answer';
import type { PlacementApi } from '#placement/http/api';
import type { Json } from '#ports/json';
import { parseJson } from '#local/runner/json';

/** Where computes ask for Placement. */
export interface PlacementEndpoint {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Opens a port of the loopback on which Placement's HTTP API is served. Nobody is asked for a token. */
export async function openPlacementEndpoint(api: Pick<PlacementApi, 'answer'>): Promise<PlacementEndpoint> {
  const server = createServer((incoming, outgoing) => {
    void answer(api, incoming)
      .catch(
        (error: unknown): PlacementAnswer => ({
          status: 500,
          headers: {},
          body: { message: error instanceof Error ? error.message : 'internal error' },
        }),
      )
      .then(({ status, headers, body }) => {
        outgoing.writeHead(status, {
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        });
        return outgoing.end(body === undefined ? undefined : JSON.stringify(body));
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

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
