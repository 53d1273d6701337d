/**
 * Stands in for the cache of endpoint discovery in the bundles of functions. The DynamoDB client makes one at its start and
 * asks it for nothing, since endpoint discovery is off; the package's own is seven kilobytes at every start.
 */
export default class EndpointLru extends Map<string, unknown> {
  constructor(_capacity: number) {
    super();
  }

  /** A value without counting as a use of it. */
  peek(key: string): unknown {
    return this.get(key);
  }
}
