/** Amounts by resource class, for instance `{ VCPU: 1, MEMORY_MB: 512 }`. */
export type Resources = Readonly<Record<string, number>>;

/** What a consumer holds: amounts by provider uuid. */
export type Allocations = Readonly<Record<string, Resources>>;

/** Whose resources they are. */
export interface Owner {
  readonly projectId: string;
  readonly userId: string;
}

/** How a resource provider is described. */
export interface Inventory {
  readonly total: number;
  readonly reserved: number;
  readonly allocationRatio: number;
  /** Least amount that one consumer may hold. @default 1 */
  readonly minUnit?: number;
  /** Most that one consumer may hold. @default 2147483647 */
  readonly maxUnit?: number;
  /** What an amount is a multiple of. @default 1 */
  readonly stepSize?: number;
}

/** What a request asks of one provider, or, unsuffixed, of the providers of one tree together. */
export interface RequestedGroup {
  readonly resources: Resources;
  readonly requiredTraits: readonly string[];
  readonly forbiddenTraits: readonly string[];
}

/** What a server asks of a tree of providers. */
export interface ResourceRequest {
  /** By suffix; the unsuffixed group under the empty text. */
  readonly groups: ReadonlyMap<string, RequestedGroup>;
  /** Whether suffixed groups may share a provider; undefined when nobody said, and there are several. */
  readonly groupPolicy: 'none' | 'isolate' | undefined;
  /** Traits that the root of the tree must have, and must not. */
  readonly rootRequired: readonly string[];
  readonly rootForbidden: readonly string[];
  /** Suffixes of groups that must be met below one of the providers that meet them. */
  readonly sameSubtree: readonly (readonly string[])[];
}

/** A compute node as placement sees it, with the facts that filters and weighers read. */
export interface Provider {
  /** uuid of the compute node. */
  readonly uuid: string;
  readonly host: string;
  readonly node: string;
  readonly cell: string;
  readonly cellUuid: string;
  readonly inventories: Readonly<Record<string, Inventory>>;
  readonly hypervisorType: string;
  readonly hypervisorVersion: number;
  /** `[architecture, hypervisor type, vm mode]` triples that the host can run. */
  readonly supportedInstances: readonly (readonly [string, string, string])[];
  readonly runningVms: number;
  readonly ioWorkload: number;
}

/**
 * Resource claims (nova.scheduler.client.report, nova.scheduler.utils `claim_resources_on_destination`).
 *
 * @throws TableThrottled or TransactionConflict when the same call may be tried again
 */
export interface Placement {
  /** Makes or changes a provider; what is claimed on it stays. */
  saveProvider(provider: Provider): Promise<void>;
  /** Has the scheduler find a provider among those with capacity, or no more; what is claimed on it stays. */
  offer(uuid: string, isOffered: boolean): Promise<void>;
  /** Removes a provider that nobody holds anything on; answers false when somebody does. */
  deleteProvider(uuid: string): Promise<boolean>;
  /**
   * Removes the provider of a node that is gone; one that somebody holds something on stays, and takes no server more.
   */
  retireProvider(uuid: string): Promise<void>;
  allocations(consumer: string): Promise<Allocations>;
  /**
   * The traits of one provider; none for a provider that is not there.
   *
   * @throws ResourceProviderTraitRetrievalFailed when they are not answered
   */
  traits(provider: string): Promise<readonly string[]>;
  /** Uuids of the provider of a compute node and of those below it. */
  tree(node: string): Promise<ReadonlySet<string>>;
  /** The name of a provider; undefined for one that is not there. */
  providerName(provider: string): Promise<string | undefined>;
  /**
   * Claims for a consumer by the rules of Nova (new providers are added, a same-host move adds amounts); false
   * when capacity or a provider is missing. `allocationRequest` is the JSON text of a Selection. The same `operation`
   * again answers true and changes nothing while the consumer still holds what it claimed, so a claim whose answer was
   * lost may be repeated.
   */
  claim(consumer: string, allocationRequest: string, owner: Owner, operation?: string): Promise<boolean>;
  /** The consumer's whole allocation becomes this one and `consumerToClear` holds nothing, in one step. */
  setAndClear(consumer: string, allocations: Allocations, owner: Owner, consumerToClear: string): Promise<boolean>;
  /** Takes one provider, and with it all below it, out of an allocation. */
  removeProvider(consumer: string, provider: string, amounts: Resources): Promise<boolean>;
  /** Releases everything a consumer holds; false when it held nothing. */
  release(consumer: string): Promise<boolean>;
  /** Takes back what this operation claimed for any number of consumers, and leaves what they held before. */
  withdraw(consumers: readonly string[], operation: string): Promise<void>;
}
