import type { DirectWay } from '#client/rpc-caller';
import type { DirectCalls } from '#ports/direct-calls';

/** Where direct calls are offered, and how they are made in the name of a host. */
export interface FunctionUrls {
  /** The URL by which a queue is reached as well; undefined where there is none. */
  urlOf(queue: string): string | undefined;
  as(sender: string): DirectCalls;
}

/** The way by which a host's calls are tried before their queues. */
export function directWay(urls: FunctionUrls, principal: string): DirectWay {
  const calls = urls.as(principal);
  return (queue) => {
    const url = urls.urlOf(queue);
    return url === undefined ? undefined : (body) => calls.post(url, body);
  };
}
