import { NovaError, type ErrorParams, type ErrorText } from './nova-error.ts';

/* Errors of scheduling, placement and quota. */

/** The scheduler found no host, or placement refused a claim or a swap. */
export class NoValidHost extends NovaError {
  override readonly name: string = 'NoValidHost';

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super(`No valid host was found. ${p.reason}`, { ...p }, options);
  }
}

/** The limit of tries is passed, or all alternates are used up. */
export class MaxRetriesExceeded extends NoValidHost {
  override readonly name = 'MaxRetriesExceeded' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Exceeded maximum number of retries. ${p.reason}`, ...options });
  }
}

/** The scheduler RPC is capped below 4.5. */
export class SelectionObjectsWithOldRPCVersionNotSupported extends NovaError {
  override readonly name = 'SelectionObjectsWithOldRPCVersionNotSupported' as const;

  constructor(p: { readonly version: string }, options?: ErrorText) {
    super(
      `Requests for Selection objects with alternates are not supported in select_destinations() before RPC version 4.5; version ${p.version} requested.`,
      { ...p },
      options,
    );
  }
}

/** Placement refused to change what a consumer holds. */
export class AllocationUpdateFailed extends NovaError {
  override readonly name = 'AllocationUpdateFailed' as const;

  constructor(p: { readonly consumer_uuid: string; readonly error: string }, options?: ErrorText) {
    super(`Failed to update allocations for consumer ${p.consumer_uuid}. Error: ${p.error}`, { ...p }, options);
  }
}

/** Placement refused a swap between two consumers. */
export class AllocationMoveFailed extends NovaError {
  override readonly name = 'AllocationMoveFailed' as const;

  constructor(
    p: { readonly source_consumer: string; readonly target_consumer: string; readonly error: string },
    options?: ErrorText,
  ) {
    super(
      `Failed to move allocations from consumer ${p.source_consumer} to consumer ${p.target_consumer}. Error: ${p.error}`,
      { ...p },
      options,
    );
  }
}

/** A quota stands in the way. */
export class QuotaError extends NovaError {
  override readonly name: string = 'QuotaError';
  override readonly code: number = 413;

  constructor(params: ErrorParams = {}, options?: ErrorText) {
    super('Quota exceeded', params, options);
  }
}

/** A quota check found the request over its limit; the four params are joined texts. */
export class TooManyInstances extends QuotaError {
  override readonly name = 'TooManyInstances' as const;

  constructor(
    p: { readonly overs: string; readonly req: string; readonly used: string; readonly allowed: string },
    options?: ErrorText,
  ) {
    super(
      { ...p },
      {
        message: `Quota exceeded for ${p.overs}: Requested ${p.req}, but already used ${p.used} of ${p.allowed} ${p.overs}`,
        ...options,
      },
    );
  }
}

/** The usages of a project cannot be read from Placement; the user is `N/A` where the project's are asked for. */
export class UsagesRetrievalFailed extends NovaError {
  override readonly name = 'UsagesRetrievalFailed' as const;

  constructor(p: { readonly project_id: string; readonly user_id: string }, options?: ErrorText) {
    super(`Failed to retrieve usages for project '${p.project_id}' and user '${p.user_id}'.`, { ...p }, options);
  }
}

/** A project uses more than the identity service's limits let it (oslo_limit.exception). */
export class ProjectOverLimit extends NovaError {
  override readonly name = 'ProjectOverLimit' as const;
  override readonly code: number = 413;

  /** @param p - `over` has one text for each resource that is over its limit */
  constructor(p: { readonly project_id: string; readonly over: readonly string[] }, options?: ErrorText) {
    super(`Project ${p.project_id} is over a limit for [${p.over.join(', ')}]`, { ...p }, options);
  }
}

/** A raw quota check failed; becomes TooManyInstances. */
export class OverQuota extends NovaError {
  override readonly name = 'OverQuota' as const;

  constructor(
    p: {
      readonly overs: readonly string[];
      readonly quotas: Readonly<Record<string, unknown>>;
      readonly usages: Readonly<Record<string, unknown>>;
      readonly headroom: Readonly<Record<string, unknown>>;
    },
    options?: ErrorText,
  ) {
    super(`Quota exceeded for resources: ${p.overs.join(', ')}`, { ...p }, options);
  }
}

/** Two groups of a request have one suffix. */
export class RequestGroupSuffixConflict extends NovaError {
  override readonly name = 'RequestGroupSuffixConflict' as const;

  constructor(p: { readonly suffix: string }, options?: ErrorText) {
    super(`Duplicate request group suffix: ${p.suffix}.`, { ...p }, options);
  }
}

/** The device of a port's PCI request is met by several providers. */
export class AmbiguousResourceProviderForPCIRequest extends NovaError {
  override readonly name = 'AmbiguousResourceProviderForPCIRequest' as const;

  constructor(p: { readonly providers: readonly string[]; readonly requester: string }, options?: ErrorText) {
    const message = `Several resource providers (${p.providers.join(', ')}) meet one PCI request of ${p.requester}.`;
    super(message, { ...p }, options);
  }
}

/** A provider of devices whose name does not say which interface it stands for. */
export class UnexpectedResourceProviderNameForPCIRequest extends NovaError {
  override readonly name = 'UnexpectedResourceProviderNameForPCIRequest' as const;

  constructor(
    p: { readonly provider: string; readonly requester: string; readonly provider_name: string },
    options?: ErrorText,
  ) {
    const found = `Resource provider ${p.provider} of the PCI request of ${p.requester} is called ${p.provider_name}`;
    super(`${found}, where host:agent:interface is expected.`, { ...p }, options);
  }
}
