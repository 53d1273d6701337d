import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Json } from '#ports/json';
import { mapOf, textOrEmpty } from '#wire/reading';
import type { Answered } from './answers.ts';
import { isSame, refusalOf, SAFE_HEADERS, SESSION_PATH, type Gate, type Refusal } from './guard.ts';
import { EXIT } from '#cli/deployment/failure';
import { commandLineOf } from './routes.ts';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

export interface ConsoleOptions {
  /** Port on 127.0.0.1; 0 for a free one. */
  readonly port: number;
  readonly changes: boolean;
  /** By path, `/` among them. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** What the page says of the deployment and of itself. */
  readonly about: Readonly<Record<string, Json>>;
  /** Runs a command line and answers its data. */
  answer(argv: readonly string[]): Promise<Answered>;
  /** Makes the token and the session: text that nobody can guess. */
  secret(): string;
}

/** A console that is served. */
export interface RunningConsole {
  /** Where it is, with the token that one browser may use once; a browser never sends what follows the `#`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Bytes of a request that are read. */
const MOST_BYTES = 100_000;

/** Exit codes as statuses of HTTP; an audit with findings is an answer. */
const STATUS: Readonly<Record<number, number>> = { [EXIT.usage]: 400, [EXIT.unreachable]: 502 };

/**
 * Serves the console on the loopback until it is closed.
 *
 * @throws Error when the port is taken
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  let token: string | undefined = options.secret();
  let session: string | undefined;
  const server = createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => {
      send(response, { status: 500, message: error instanceof Error ? error.message : String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const gate = (): Gate => ({
    host: `127.0.0.1:${port}`,
    cookie: `conductor-console-${port}`,
    session,
    changes: options.changes,
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    const { host, origin, cookie, 'content-type': type, 'sec-fetch-site': site } = headers;
    const given = { host, origin, cookie, 'content-type': type, 'sec-fetch-site': textOrEmpty(site) || undefined };
    const refusal = refusalOf({ method, path: url.pathname, headers: given }, gate());
    if (refusal !== undefined) return send(response, refusal);
    const body = method === 'POST' ? await bodyOf(request) : null;
    if (method === 'POST' && url.pathname === SESSION_PATH) return open(response, body);
    if (url.pathname === '/api/about') return sendJson(response, 200, { ...options.about, changes: options.changes });
    if (url.pathname.startsWith('/api/')) return serve(response, method, url, body);
    const file = options.files.get(url.pathname);
    if (file === undefined) return send(response, { status: 404, message: `nothing lies at ${url.pathname}` });
    response.writeHead(200, { ...SAFE_HEADERS, 'content-type': file.type }).end(file.text);
  }

  function open(response: ServerResponse, body: Json): void {
    const given = textOrEmpty(mapOf(body)['token']);
    if (token === undefined || !isSame(given, token))
      return send(response, { status: 401, message: 'this token is used up or wrong: start conductor console again' });
    token = undefined;
    session = options.secret();
    response.setHeader('set-cookie', `${gate().cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`);
    sendJson(response, 200, { session: true });
  }

  async function serve(response: ServerResponse, method: string, url: URL, body: Json): Promise<void> {
    const commandLine = commandLineOf(method, url, body);
    if (commandLine === undefined) return send(response, { status: 404, message: `nothing lies at ${url.pathname}` });
    const answer = await options.answer(commandLine.argv);
    if ('error' in answer) {
      const { message, exitCode } = answer.error;
      return send(response, { status: STATUS[exitCode] ?? 404, message });
    }
    sendJson(response, 200, commandLine.shown === undefined ? answer.data : commandLine.shown(answer.data));
  }

  return {
    url: `http://127.0.0.1:${port}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const buffer = Buffer.from(part);
    bytes += buffer.length;
    if (bytes > MOST_BYTES) return null;
    parts.push(buffer);
  }
  try {
    const parsed: Json = JSON.parse(Buffer.concat(parts).toString());
    return parsed;
  } catch {
    return null;
  }
}

const send = (response: ServerResponse, { status, message }: Refusal): void =>
  sendJson(response, status, { error: { message } });

function sendJson(response: ServerResponse, status: number, data: Json): void {
  response.writeHead(status, { ...SAFE_HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(data));
}
