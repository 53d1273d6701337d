import { NoSuchMethod, UnsupportedVersion } from '#errors';

/** Methods under one namespace; a client of the same major and no newer minor is served. */
export interface Endpoint<M> {
  readonly namespace: string | null;
  readonly version: string;
  readonly methods: Readonly<Record<string, M>>;
}

/**
 * Finds the method a request names, as oslo.messaging's dispatcher does.
 *
 * @throws NoSuchMethod when an endpoint of that version has no such method
 * @throws UnsupportedVersion when no endpoint of that namespace serves the version
 */
export function dispatch<M>(
  endpoints: readonly Endpoint<M>[],
  request: { readonly namespace: string | null; readonly version: string; readonly method: string },
): M {
  const compatible = endpoints.filter(
    ({ namespace, version }) => namespace === request.namespace && serves(version, request.version),
  );
  for (const { methods } of compatible) {
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (method !== undefined) return method;
  }
  if (compatible.length > 0) throw new NoSuchMethod({ method: request.method });
  const { version, method } = request;
  throw new UnsupportedVersion({ version, method }, strangeNamespace(endpoints, request.namespace));
}

/** What is wrong is not the version where nobody serves the namespace. @returns nothing where somebody does */
function strangeNamespace(
  endpoints: readonly { readonly namespace: string | null }[],
  named: string | null,
): { readonly message: string } | undefined {
  if (endpoints.some(({ namespace }) => namespace === named)) return undefined;
  const served = endpoints.map(({ namespace }) => namespace ?? 'no namespace').join(' or ');
  const asked = named === null ? 'The message names no namespace' : `The namespace ${named} is not served`;
  return { message: `${asked}: ${served} is expected` };
}

/** Whether an implementation of one version takes requests of another: same major, minor not newer. */
function serves(implemented: string, requested: string): boolean {
  const [major = 0, minor = 0] = implemented.split('.').map(Number);
  const [askedMajor = 0, askedMinor = 0] = requested.split('.').map(Number);
  return major === askedMajor && minor >= askedMinor;
}
