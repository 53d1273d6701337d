import type { Resources } from './placement.ts';

/** What projects use and may use by the records of a cloud: of Placement, and of Keystone's unified limits. */
export interface CloudQuota {
  /**
   * What a project uses, or one of its users in it, by resource class. A class of which
   * it uses nothing may be left out.
   *
   * @throws UsagesRetrievalFailed when Placement refuses to say; ServiceNotReached when the same call may be made again
   */
  usages(project: string, user?: string): Promise<Resources>;
  /**
   * The limits of a project by their names, for instance `servers` or `class:VCPU`: its own, otherwise the registered
   * default. A name that is registered nowhere is left out; -1 is unlimited.
   */
  limits(project: string, names: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
