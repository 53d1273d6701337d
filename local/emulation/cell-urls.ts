import { gunzipSync } from 'node:zlib';
import { MemoryDirectCalls, MemoryUrls } from './memory-direct-calls.ts';
import type { UrlAnswer } from '#object-rpc/object-url';
import type { Clock } from '#ports/clock';
import type { DirectAnswer, DirectCalls } from '#ports/direct-calls';
import { cellQueue } from '#ports/host-queue';
import type { Ids } from '#ports/ids';
import type { Json, JsonMap } from '#ports/json';
import { SENDER_HEADER } from '#rpc/url-request';

/** The domain of the function URL of a cell. */
const domainOf = (cell: string): string => `${cell}.lambda-url.local.on.aws`;

/** The address of the function URL of a cell. */
export const cellUrl = (cell: string): string => `https://${domainOf(cell)}/`;

/** What Lambda answers where a function has thrown. */
const FAILED: DirectAnswer = { status: 502, body: 'Internal Server Error' };

/** The function URLs of a world's cells. */
export class CellUrls {
  readonly #urls = new MemoryUrls();
  readonly #ports: { readonly clock: Clock; readonly ids: Ids };

  constructor(ports: { readonly clock: Clock; readonly ids: Ids }) {
    this.#ports = ports;
  }

  /**
   * Puts a function behind the URL of a cell.
   *
   * @param onError called with why an invocation failed
   */
  serve(cell: string, handler: (event: Json) => Promise<UrlAnswer>, onError: (error: unknown) => void): void {
    this.#urls.serve(cellUrl(cell), async (body, sender) => {
      try {
        const { statusCode, body: text, isBase64Encoded } = await handler(this.#event(domainOf(cell), body, sender));
        const read = isBase64Encoded === true ? gunzipSync(Buffer.from(text, 'base64')).toString() : text;
        return { status: statusCode, body: read };
      } catch (error) {
        onError(error);
        return FAILED;
      }
    });
  }

  /** Direct calls in the name of a sender; the world's clock stands still for each. */
  as(sender: string): DirectCalls {
    const plain = new MemoryDirectCalls(this.#urls, sender);
    const { clock } = this.#ports;
    return {
      post: (url, body) => {
        const answer = plain.post(url, body);
        return clock.track?.(answer) ?? answer;
      },
    };
  }

  /** The URL by which the conductor queue of a cell is reached as well; undefined for any other queue. */
  urlOf(queue: string): string | undefined {
    const cell = /^cell-(?<cell>.+)-conductor$/u.exec(queue)?.groups?.['cell'];
    if (cell === undefined || cellQueue(cell) !== queue) return undefined;
    return this.#urls.at(cellUrl(cell)) === undefined ? undefined : cellUrl(cell);
  }

  #event(domainName: string, body: string, sender: string): JsonMap {
    return {
      version: '2.0',
      headers: { [SENDER_HEADER]: sender, 'accept-encoding': 'gzip' },
      requestContext: {
        domainName,
        http: { method: 'POST', path: '/' },
        requestId: this.#ports.ids.uuid(),
        timeEpoch: this.#ports.clock.now(),
      },
      body,
      isBase64Encoded: false,
    };
  }
}
