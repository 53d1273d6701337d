import { errorsOf, novaError } from './error-class.ts';
import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of scheduling, placement and quota. */

/** The scheduler found no host, or placement refused a claim or a swap. */
export class NoValidHost extends novaError('NoValidHost', 'No valid host was found. {reason}') {}

/** The limit of tries is passed, or all alternates are used up. */
export class MaxRetriesExceeded extends errorsOf(NoValidHost)(
  'MaxRetriesExceeded',
  'Exceeded maximum number of retries. {reason}',
) {}

/** The scheduler RPC is capped below 4.5. */
export class SelectionObjectsWithOldRPCVersionNotSupported extends novaError(
  'SelectionObjectsWithOldRPCVersionNotSupported',
  'Requests for Selection objects with alternates are not supported in select_destinations() before RPC version 4.5; version {version} requested.',
) {}

/** Placement refused to change what a consumer holds. */
export class AllocationUpdateFailed extends novaError(
  'AllocationUpdateFailed',
  'Failed to update allocations for consumer {consumer_uuid}. Error: {error}',
) {}

/** Placement refused a swap between two consumers. */
export class AllocationMoveFailed extends novaError(
  'AllocationMoveFailed',
  'Failed to move allocations from consumer {source_consumer} to consumer {target_consumer}. Error: {error}',
) {}

/** A quota stands in the way. */
export class QuotaError extends novaError('QuotaError', 'Quota exceeded', { code: 413 }) {}

/** A quota check found the request over its limit; the four params are joined texts. */
export class TooManyInstances extends errorsOf(QuotaError)(
  'TooManyInstances',
  'Quota exceeded for {overs}: Requested {req}, but already used {used} of {allowed} {overs}',
) {}

/** The usages of a project cannot be read from Placement; the user is `N/A` where the project's are asked for. */
export class UsagesRetrievalFailed extends novaError(
  'UsagesRetrievalFailed',
  "Failed to retrieve usages for project '{project_id}' and user '{user_id}'.",
) {}

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
export class RequestGroupSuffixConflict extends novaError(
  'RequestGroupSuffixConflict',
  'Duplicate request group suffix: {suffix}.',
) {}

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
