import type { RequestContext } from './context.ts';
import type { JsonMap } from './json.ts';

/** What one group of a port's needs asks for, from one provider. */
export interface PortGroup {
  readonly portId: string;
  /** Under which Placement is asked and answers: the port's id, or the group's own. */
  readonly requesterId: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly requiredTraits: readonly string[];
}

/** What the ports of a server need of its host beyond its flavor. */
export interface PortNeeds {
  readonly groups: readonly PortGroup[];
  /** Lists of requester ids that are to be met below one provider. */
  readonly sameSubtree: readonly (readonly string[])[];
  /** Whether a port may have several groups, each named by an id of its own, or one that is named by the port. */
  readonly grouped: boolean;
}

/** A port of a server. */
export interface InstancePort {
  readonly id: string;
  readonly networkId: string;
  /** Null while it is bound nowhere. */
  readonly host: string | null;
  readonly vnicType: string;
  readonly profile: JsonMap;
  /** Device profile of the accelerator service; null for none. */
  readonly deviceProfile: string | null;
}

/** A binding that is wanted. */
export interface WantedBinding {
  readonly portId: string;
  /** For instance `normal`, `direct`. */
  readonly vnicType: string;
  readonly profile: JsonMap;
}

/** A port's binding on one host. */
export interface PortBinding {
  readonly host: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly vnicType: string;
  readonly vifType: string;
  readonly vifDetails: JsonMap;
  readonly profile: JsonMap;
}

/**
 * The ports of servers and their bindings, which a live migration makes, activates and deletes.
 *
 * @throws ServiceNotReached when the same call may be made again
 */
export interface NetworkPorts {
  /** Whether ports can be bound on two hosts at once (extension `binding-extended`). */
  hasBindings(context: RequestContext): Promise<boolean>;
  ofInstance(context: RequestContext, instanceId: string): Promise<readonly InstancePort[]>;
  needs(context: RequestContext, instanceId: string): Promise<PortNeeds>;
  /**
   * Binds ports on a further host, in their order; a binding that is there already, and is as wanted, counts as made.
   * After a failure those that were made are deleted.
   *
   * @returns the bindings by port id
   * @throws PortBindingFailed
   */
  bind(
    context: RequestContext,
    host: string,
    wanted: readonly WantedBinding[],
  ): Promise<ReadonlyMap<string, PortBinding>>;
  /** The bindings of one port. */
  bindings(context: RequestContext, portId: string): Promise<readonly PortBinding[]>;
  /**
   * Makes the binding of this host the active one; the other stays, unbound, and has to be deleted.
   *
   * @throws PortBindingActivationFailed
   */
  activate(context: RequestContext, portId: string, host: string): Promise<void>;
  /**
   * Deletes the inactive binding of a host. An active one is left alone, and refused: its port would be bound nowhere.
   *
   * @throws PortBindingDeletionFailed
   */
  unbind(context: RequestContext, portId: string, host: string): Promise<void>;
}
