import { request } from 'node:http';
import { runConductor } from '#cli/program';
import type { LocalDeployment } from '../local-deployment.ts';
import { noteRun } from '../ran-commands.ts';

/** What the console answered. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** `conductor console` of a world, as it is served until it is ended. */
export interface ServedConsole {
  /** The address that it printed, with the token. */
  readonly url: URL;
  /** Sends a request with exactly these headers beside Host. */
  send(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: object): Promise<Response>;
  /** Gives the token, and answers the headers of whoever has the session. */
  enter(): Promise<Readonly<Record<string, string>>>;
  end(): Promise<void>;
}

/** Serves the console of a world by its command line. */
export async function serveConsole(local: LocalDeployment, options = ''): Promise<ServedConsole> {
  const firstLine = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<boolean>();
  const argv = ['console', ...options.split(' ').filter((word) => word !== '')];
  const over = runConductor(argv, {
    version: '1.2.3',
    print: (line) => firstLine.resolve(line),
    complain: (line) => firstLine.reject(new Error(line)),
    target: async () => local.target(true),
    again: () => ended.promise,
    onInterrupt: () => () => undefined,
    readFile: () => Promise.reject(new Error('the console reads no file')),
    end: () => {},
  });
  const url = new URL(/http:\S+/u.exec(await firstLine.promise)?.[0] ?? '');
  const send: ServedConsole['send'] = (method, path, headers = {}, body) => respond(url, method, path, headers, body);
  return {
    url,
    send,
    enter: async () => {
      const origin = { origin: url.origin, 'content-type': 'application/json' };
      const { headers } = await send('POST', '/session', origin, { token: url.hash.replace('#token=', '') });
      const [cookie = ''] = headers['set-cookie'] ?? [];
      return { ...origin, cookie: cookie.split(';')[0] ?? '' };
    },
    end: async () => {
      ended.resolve(false);
      await over;
      await noteRun(argv, 0);
    },
  };
}

const respond = (
  url: URL,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object | undefined,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: url.hostname, port: url.port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
