import { createHash, timingSafeEqual } from 'node:crypto';

/** What is judged of a request. */
export interface ConsoleRequest {
  readonly method: string;
  /** Path without its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What a request is held to. */
export interface Gate {
  /** Address that the console was started on, for instance `127.0.0.1:4711`. */
  readonly host: string;
  /** Name of the cookie of this console: cookies are shared by all ports of a host. */
  readonly cookie: string;
  /** Value of the cookie; undefined before anybody has given the token. */
  readonly session: string | undefined;
  /** Whether anything may be changed. */
  readonly changes: boolean;
}

/** Why a request is not served. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Where the token is exchanged for a session. */
export const SESSION_PATH = '/session';

/**
 * Why a request is refused; undefined for one that may be served. Another name than the console's own in Host is DNS
 * rebinding; another origin, or another site's fetch, is a page of somebody else in the same browser.
 */
export function refusalOf({ method, path, headers }: ConsoleRequest, gate: Gate): Refusal | undefined {
  const { host, origin, 'sec-fetch-site': site = 'same-origin' } = headers;
  if (host !== gate.host) return { status: 421, message: `this console is http://${gate.host} alone` };
  if (method !== 'GET' && method !== 'POST') return { status: 405, message: 'GET and POST are served alone' };
  if (method === 'POST') {
    if (origin !== `http://${gate.host}`) return { status: 403, message: 'the request comes from another page' };
    if (headers['content-type'] !== 'application/json') return { status: 415, message: 'send application/json' };
    if (path === SESSION_PATH) return undefined;
  } else if (!path.startsWith('/api/')) return undefined;
  if (site !== 'same-origin') return { status: 403, message: 'the request comes from another page' };
  if (!isKnown(headers['cookie'], gate))
    return { status: 401, message: 'no session: open the address that conductor console printed, or start it again' };
  if (method === 'POST' && !gate.changes)
    return { status: 403, message: 'this console only reads: start it with --allow-changes' };
  return undefined;
}

function isKnown(cookies: string | undefined, { cookie, session }: Gate): boolean {
  const given = (cookies ?? '')
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${cookie}=`));
  return session !== undefined && given !== undefined && isSame(given.slice(cookie.length + 1), session);
}

/** Whether two secrets are the same, in a time that does not depend on either. */
export const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Headers of every response: nothing is kept, framed, or loaded from elsewhere. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
