import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of scheduling, placement and quota. */

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
