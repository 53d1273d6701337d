import { once } from 'node:events';
import { createServer, Server, type IncomingMessage } from 'node:http';
import type { Server as SocketServer } from 'node:net';

/** A server that listens on a port of its own of the loopback. */
export interface LoopbackServer {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Has a server listen on a free port of the loopback; connections of HTTP are cut when it stops. */
export async function listening(server: SocketServer): Promise<LoopbackServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      if (server instanceof Server) server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What a request is answered with: a text as it is, or a body that becomes JSON. */
export interface LoopbackAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
}

/**
 * Serves JSON on a free port of the loopback. A request whose answer fails is answered 500 with the error's message.
 *
 * @param contentType - of the bodies
 */
export async function serveLoopback(
  contentType: string,
  answer: (incoming: IncomingMessage) => Promise<LoopbackAnswer>,
): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    void answer(incoming)
      .catch(
        (error: unknown): LoopbackAnswer => ({
          status: 500,
          body: { message: error instanceof Error ? error.message : 'internal error' },
        }),
      )
      .then(({ status, headers, body, text = body === undefined ? undefined : JSON.stringify(body) }) => {
        outgoing.writeHead(status, { ...headers, ...(text === undefined ? {} : { 'content-type': contentType }) });
        return outgoing.end(text);
      });
  });
  return listening(server);
}

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const { endpoint, stop } = await listening(createServer());
  await stop();
  return Number(new URL(endpoint).port);
}
