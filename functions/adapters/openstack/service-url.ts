/** The URL of an endpoint and a path below it; endpoints end with a slash or without one. */
export const urlOf = (endpoint: string, path: string): URL => new URL(`${endpoint.replace(/\/+$/u, '')}${path}`);

/** A URL as errors and logs name it: without user information, query and fragment. */
export function shownUrl(url: string | URL): string {
  const shown = URL.parse(String(url));
  return shown === null ? 'an address that is no URL' : `${shown.origin}${shown.pathname}`;
}

/** A path with its query, in the order in which it is given; a name may come several times. */
export const withQuery = (path: string, ...query: readonly (readonly [name: string, value: string])[]): string =>
  `${path}?${new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString()}`;

/** What is to be done about a service that gives no answer. */
export const LATER = 'The call is made again when it answers; look at the service and at the way to it.';
