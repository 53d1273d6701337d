import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createSecureContext, rootCertificates } from 'node:tls';

/** One request as it goes out. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds until the whole answer is there. */
  readonly answerMs: number;
}

/** One answer as it came in; a status of 400 or more is an answer too. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** No answer came. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer' as const;
  /** Whether the request had left: the service may have carried it out. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

/** Sends one request and reads its answer. */
export interface Transport {
  /** @throws NoAnswer */
  send(exchange: Exchange): Promise<RawAnswer>;
  close(): void;
}

export interface TransportOptions {
  /** Certificates, in PEM form, of an authority of the operator's; they are trusted beside the well-known ones. */
  readonly ca?: string;
  /** Milliseconds until a connection stands. @default 5000 */
  readonly connectMs?: number;
  /** Epoch milliseconds. @default the machine's */
  readonly now?: () => number;
}

/** A connection that was idle this long is not used again: its other end, or a function's sleep, may have ended it. */
const IDLE_MS = 4000;

/** An answer is read up to this size: no document that the conductor reads comes near it. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * HTTP with connections that are kept between calls. Node's `fetch` takes no authority of one's own for one client, so
 * this is `node:https` with an agent.
 */
export class KeptConnections implements Transport {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: 32 });
  readonly #https: HttpsAgent;
  readonly #connectMs: number;
  readonly #now: () => number;
  #lastUse = 0;

  constructor({ ca, connectMs = 5000, now = Date.now }: TransportOptions = {}) {
    this.#https = new HttpsAgent({ keepAlive: true, maxSockets: 32, ...trusting(ca) });
    this.#connectMs = connectMs;
    this.#now = now;
  }

  send(exchange: Exchange): Promise<RawAnswer> {
    if (this.#now() - this.#lastUse > IDLE_MS) this.#dropIdle();
    this.#lastUse = this.#now();
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
    let sent = false;
    const request = this.#open(exchange, (incoming) => read(incoming).then(resolve, fail));
    const fail = (error: unknown): void => {
      request.destroy();
      reject(new NoAnswer(reasonOf(error), sent));
    };
    const connecting = setTimeout(() => fail(new Error(`no connection within ${this.#connectMs} ms`)), this.#connectMs);
    const answering = setTimeout(() => fail(new Error(`no answer within ${exchange.answerMs} ms`)), exchange.answerMs);
    const connected = (): void => {
      clearTimeout(connecting);
      sent = true;
    };
    request.on('socket', (socket) => {
      const event = exchange.url.protocol === 'https:' ? 'secureConnect' : 'connect';
      if (socket.connecting) socket.once(event, connected);
      else connected();
    });
    request.on('error', fail);
    request.end(exchange.body);
    return promise.finally(() => {
      clearTimeout(connecting);
      clearTimeout(answering);
      this.#lastUse = this.#now();
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #dropIdle(): void {
    for (const agent of [this.#http, this.#https]) {
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    }
  }

  #open({ method, url, headers, body }: Exchange, onAnswer: (incoming: IncomingMessage) => unknown): ClientRequest {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, headers: { ...headers, ...length } };
    return url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: this.#https }, onAnswer)
      : httpRequest(url, { ...options, agent: this.#http }, onAnswer);
  }
}

/** Node forgets the well-known authorities when it is given another one. */
const trusting = (ca: string | undefined) =>
  ca === undefined ? {} : { secureContext: createSecureContext({ ca: [...rootCertificates, ca] }) };

async function read(incoming: IncomingMessage): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    chunks.push(part);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString('utf8') };
}

/** What failed, by its code where it has one; of several addresses that failed the first is given. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return 'failed';
  const code = 'code' in first && typeof first.code === 'string' ? `${first.code}: ` : '';
  return `${code}${first.message}`;
}
