import { describe, expect, it } from 'vitest';
import { refusalOf, SAFE_HEADERS, type Gate, type ConsoleRequest } from '#cli/console/guard';

const GATE: Gate = { host: '127.0.0.1:4711', cookie: 'conductor-console-4711', session: 's3cret', changes: true };
const COOKIE = 'other=1; conductor-console-4711=s3cret';

const reads = (headers: ConsoleRequest['headers'] = {}, path = '/api/hosts'): ConsoleRequest => ({
  method: 'GET',
  path,
  headers: { host: GATE.host, cookie: COOKIE, ...headers },
});
const posts = (headers: ConsoleRequest['headers'] = {}, path = '/api/findings/heal'): ConsoleRequest => ({
  method: 'POST',
  path,
  headers: {
    host: GATE.host,
    cookie: COOKIE,
    origin: `http://${GATE.host}`,
    'content-type': 'application/json',
    ...headers,
  },
});

describe('a request to the console', () => {
  it.each([
    ['that reads with the session', reads()],
    ['for the page, before there is a session', reads({ cookie: undefined }, '/')],
    ['that changes with session, origin and JSON', posts()],
    ['that brings the token, before there is a session', posts({ cookie: undefined }, '/session')],
    ['that the browser says is of the same origin', reads({ 'sec-fetch-site': 'same-origin' })],
  ])('is served: one %s', (_which, knock) => {
    const refusal = refusalOf(knock, GATE);

    expect(refusal).toBeUndefined();
  });

  it.each([
    ['under another name, as by DNS rebinding', reads({ host: 'evil.example:4711' }), 421],
    ['under the name localhost', reads({ host: 'localhost:4711' }), 421],
    ['for the page under another name', reads({ host: 'evil.example' }, '/'), 421],
    ['for another port', reads({ host: '127.0.0.1:4712' }), 421],
    ['without Host', reads({ host: undefined }), 421],
    ['without session', reads({ cookie: undefined }), 401],
    ['with another session', reads({ cookie: 'conductor-console-4711=s3cres' }), 401],
    ['with the session under the cookie of another port', reads({ cookie: 'conductor-console-1=s3cret' }), 401],
    ['that another site makes the browser send', reads({ 'sec-fetch-site': 'cross-site' }), 403],
    ['that another port of this host makes the browser send', reads({ 'sec-fetch-site': 'same-site' }), 403],
    ['that changes from another origin', posts({ origin: 'http://evil.example' }), 403],
    ['that changes without origin', posts({ origin: undefined }), 403],
    ['that changes as a form', posts({ 'content-type': 'text/plain' }), 415],
    ['that changes without session', posts({ cookie: undefined }), 401],
    ['that brings the token from another origin', posts({ origin: 'http://127.0.0.1:1' }, '/session'), 403],
    ['of another method', { ...reads(), method: 'PUT' }, 405],
  ])('is refused: one %s', (_which, knock, status) => {
    const refusal = refusalOf(knock, GATE);

    expect(refusal?.status).toBe(status);
  });

  it('is refused before anybody gave the token, even with an empty cookie', () => {
    const refusal = refusalOf(reads({ cookie: 'conductor-console-4711=' }), { ...GATE, session: undefined });

    expect(refusal?.status).toBe(401);
  });

  it('is refused where it changes something, unless changes are allowed', () => {
    const refusal = refusalOf(posts(), { ...GATE, changes: false });

    expect(refusal).toEqual({ status: 403, message: 'this console only reads: start it with --allow-changes' });
  });
});

it('a response allows nothing of other origins, no frames and no copies', () => {
  const policy = SAFE_HEADERS['content-security-policy'] ?? '';

  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/u);
  expect(SAFE_HEADERS['cache-control']).toBe('no-store');
});
