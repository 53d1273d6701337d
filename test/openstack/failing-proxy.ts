import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { listening } from '#local/emulation/loopback-server';

/** What the proxy does with one request. */
export type Failure =
  | { readonly kind: 'status'; readonly status: number; readonly body?: string; readonly html?: boolean }
  /** The service gets the request and answers; the answer is lost. */
  | { readonly kind: 'lost-answer' }
  /** The connection is cut before the service hears of it. */
  | { readonly kind: 'cut' }
  /** The service is asked for this microversion in place of that of the request. */
  | { readonly kind: 'microversion'; readonly version: string }
  /** The answer comes after so many milliseconds. */
  | { readonly kind: 'slow'; readonly milliseconds: number };

/** A proxy between the conductor and one service. */
export interface FailingProxy {
  readonly url: string;
  /** The next requests of this method fail so, one after the other. */
  fail(method: string, ...failures: readonly Failure[]): void;
  /** Takes back the failures that no request has met. */
  forget(): void;
  /** Methods that came through or failed. */
  readonly seen: string[];
  stop(): Promise<void>;
}

/** Starts a proxy before a service. */
export async function startFailingProxy(target: string): Promise<FailingProxy> {
  const planned: { readonly method: string; readonly failure: Failure }[] = [];
  const seen: string[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((incoming, outgoing) => {
    const method = incoming.method ?? '';
    seen.push(method);
    const at = planned.findIndex((plan) => plan.method === method);
    const [plan] = at === -1 ? [] : planned.splice(at, 1);
    serve(target, incoming, outgoing, plan?.failure, timers);
  });
  const { endpoint, stop } = await listening(server);
  return {
    url: endpoint,
    fail: (method, ...failures) => planned.push(...failures.map((failure) => ({ method, failure }))),
    forget: () => void planned.splice(0),
    seen,
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      return stop();
    },
  };
}

function serve(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  failure: Failure | undefined,
  timers: Set<NodeJS.Timeout>,
): void {
  if (failure?.kind === 'cut') return void outgoing.destroy();
  if (failure?.kind === 'status') {
    const type = failure.html === true ? 'text/html' : 'application/json';
    outgoing.writeHead(failure.status, { 'content-type': type });
    return void outgoing.end(failure.body ?? '');
  }
  const forward = (): void => {
    const { method, url = '' } = incoming;
    const other = failure?.kind === 'microversion' ? { 'openstack-api-version': failure.version } : {};
    const headers = { ...incoming.headers, ...other };
    const onward = httpRequest(new URL(url, target), { method, headers }, (answer) => {
      if (failure?.kind === 'lost-answer') {
        answer.resume();
        answer.on('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };
  if (failure?.kind === 'slow') timers.add(setTimeout(forward, failure.milliseconds));
  else forward();
}
