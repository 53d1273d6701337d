import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

/** A server that listens on a port of its own of the loopback. */
export interface LoopbackServer {
  readonly endpoint: string;
  stop(): Promise<void>;
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

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
