import type { Json, JsonMap } from '#ports/json';
import { mapOf, textOf } from '#wire/reading';
import { PASSWORD } from './configuration.ts';

/** A request of the set-up, by a token of its own. */
export interface Request {
  readonly url: string;
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json | Uint8Array;
  /** Statuses that are no error beside those below 400. */
  readonly accepts?: readonly number[];
}

/** Asks a service and reads its JSON; an error has what the service said. */
export async function ask({ url, method = 'GET', token, headers, body, accepts = [] }: Request): Promise<JsonMap> {
  const bytes = body instanceof Uint8Array;
  const answer = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined || bytes ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { 'x-auth-token': token }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: bytes ? Buffer.from(body) : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status >= 400 && !accepts.includes(answer.status)) {
    throw new Error(`${method} ${url} answered ${answer.status}: ${text.slice(0, 500)}`);
  }
  return text.startsWith('{') ? mapOf(JSON.parse(text)) : {};
}

/** A token by name and password. */
export async function tokenOf(keystone: string, name: string, project: string): Promise<string> {
  const domain = { id: 'default' };
  const body = {
    auth: {
      identity: { methods: ['password'], password: { user: { name, domain, password: PASSWORD } } },
      scope: { project: { name: project, domain } },
    },
  };
  const answer = await fetch(`${keystone}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const token = answer.headers.get('x-subject-token');
  if (token === null) throw new Error(`no token of ${name} in ${project}: ${answer.status} ${await answer.text()}`);
  return token;
}

/** The id in `{<kind>: {id}}`. */
export const idIn = (document: JsonMap, kind: string): string => textOf(mapOf(document[kind])['id']) ?? '';
