import type { IncomingMessage } from 'node:http';
import { NoDirectAnswer } from '#ports/direct-calls';
import { SENDER_HEADER } from '#rpc/url-request';
import { cellUrl, type CellUrls } from './cell-urls.ts';
import { serveLoopback, type LoopbackAnswer, type LoopbackServer } from './loopback-server.ts';

/**
 * Opens a port of the loopback on which the function URLs of a world's cells are served, each under its cell's name:
 * `http://127.0.0.1:PORT/cell1`. Signatures are not looked at: who speaks is what a header says.
 */
export const openDirectEndpoint = (urls: Pick<CellUrls, 'as'>): Promise<LoopbackServer> =>
  serveLoopback('application/json', (incoming) => answer(urls, incoming));

async function answer(urls: Pick<CellUrls, 'as'>, incoming: IncomingMessage): Promise<LoopbackAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const cell = decodeURIComponent((incoming.url ?? '/').replaceAll('/', ''));
  const sender = incoming.headers[SENDER_HEADER];
  try {
    const calls = urls.as(typeof sender === 'string' ? sender : '');
    const { status, body: text } = await calls.post(cellUrl(cell), Buffer.concat(chunks).toString());
    return { status, text };
  } catch (error) {
    if (!(error instanceof NoDirectAnswer)) throw error;
    return { status: 404, body: { message: `there is no function URL of a cell ${cell}` } };
  }
}
