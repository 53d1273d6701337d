/** An address as DescribeEndpoints gives it. */
interface Endpoint {
  readonly Address: string;
  readonly CachePeriodInMinutes: number;
}

interface CachedEndpoint {
  readonly Address: string;
  /** Milliseconds since the epoch. */
  readonly Expires: number;
}

const MINUTE_MS = 60_000;

/**
 * What DynamoDB's client keeps discovered endpoints in, in place of `@aws-sdk/endpoint-cache` in bundles: that package
 * brings collections of seven kilobytes, for a discovery that nobody turns on.
 */
export class EndpointCache {
  readonly #capacity: number;
  /** The one that was used last stands last. */
  readonly #cached = new Map<string, readonly CachedEndpoint[]>();

  /** @param capacity keys of which endpoints are kept; the one that was not used for longest goes first */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** One of the addresses of a key, by chance; undefined when none holds any more. */
  getEndpoint(key: string): string | undefined {
    const endpoints = this.get(key) ?? [];
    return endpoints[Math.floor(Math.random() * endpoints.length)]?.Address;
  }

  /** The endpoints of a key that hold still; undefined when none does. */
  get(key: string): readonly CachedEndpoint[] | undefined {
    const cached = this.#cached.get(key);
    if (cached === undefined) return undefined;
    const now = Date.now();
    const holding = cached.filter(({ Expires }) => now < Expires);
    if (holding.length === 0) {
      this.#cached.delete(key);
      return undefined;
    }
    this.#keep(key, cached);
    return holding;
  }

  set(key: string, endpoints: readonly Endpoint[]): void {
    const now = Date.now();
    this.#keep(
      key,
      endpoints.map(({ Address, CachePeriodInMinutes }) => ({
        Address,
        Expires: now + CachePeriodInMinutes * MINUTE_MS,
      })),
    );
  }

  delete(key: string): void {
    this.#cached.delete(key);
  }

  has(key: string): boolean {
    return (this.#cached.get(key) ?? []).length > 0;
  }

  clear(): void {
    this.#cached.clear();
  }

  #keep(key: string, endpoints: readonly CachedEndpoint[]): void {
    this.#cached.delete(key);
    this.#cached.set(key, endpoints);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > this.#capacity && oldest !== undefined) this.#cached.delete(oldest);
  }
}
