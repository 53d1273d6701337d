import type { RequestContext } from './context.ts';

/** What one group of a device profile asks for. */
export interface DeviceGroup {
  /** For instance `{ FPGA: 1 }`. */
  readonly resources: Readonly<Record<string, number>>;
  readonly requiredTraits: readonly string[];
  readonly forbiddenTraits: readonly string[];
}

/** An accelerator request (ARQ): one device of a profile, for a server. */
export interface Arq {
  readonly uuid: string;
  /** For instance `Initial`, `BindStarted`, `Bound`. */
  readonly state: string;
  readonly profile: string;
  /** Position of its group in the profile. */
  readonly group: number;
  readonly hostname: string | null;
  readonly providerUuid: string | null;
  readonly instanceId: string | null;
}

/** Where an ARQ is bound. */
export interface ArqBinding {
  readonly uuid: string;
  /** Name of the compute node. */
  readonly hostname: string;
  /** The device's provider. */
  readonly providerUuid: string;
  readonly instanceId: string;
}

/**
 * The accelerator service.
 *
 * @throws ServiceNotReached when the same call may be made again
 */
export interface Accelerators {
  /** @throws DeviceProfileError when not exactly one profile has the name */
  profile(context: RequestContext, name: string): Promise<readonly DeviceGroup[]>;
  /** The ARQs of a profile that no server has yet, whoever made them. @throws AcceleratorRequestOpFailed */
  unbound(context: RequestContext, profile: string): Promise<readonly Arq[]>;
  /**
   * One ARQ for each device of the profile. Asked again it makes others: look by `arqsOf` first, and by
   * `unbound` where an answer was lost.
   *
   * @throws AcceleratorRequestOpFailed
   */
  create(context: RequestContext, profile: string): Promise<readonly Arq[]>;
  /**
   * Binds all in one request; those that are bound so already count as bound.
   *
   * @throws AcceleratorRequestBindingFailed
   */
  bind(context: RequestContext, bindings: readonly ArqBinding[]): Promise<void>;
  /** The ARQs of a server. @throws AcceleratorRequestOpFailed */
  arqsOf(context: RequestContext, instanceId: string): Promise<readonly Arq[]>;
  /** @throws AcceleratorRequestOpFailed */
  deleteOf(context: RequestContext, instanceId: string): Promise<void>;
  /** Deletes these, bound or not; what is gone or cannot be deleted is logged, never an error. */
  delete(context: RequestContext, uuids: readonly string[]): Promise<void>;
}
