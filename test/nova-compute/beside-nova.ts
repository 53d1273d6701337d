import type { CloudPorts } from '#adapters/openstack/cloud-ports';
import { otherSections, startOtherServices } from '#local/nova-compute/other-services';

/** The services beside Nova of a cell. */
export interface BesideNova {
  /** Sections of nova.conf by which computes reach them. */
  readonly sections: string;
  /** Those that the conductor asks in place of its own. @default none */
  readonly cloud?: CloudPorts;
  /** What users present to them. */
  readonly token: string;
  /** Uuids of nodes by their hosts, whose providers are there before their computes. @default none */
  readonly nodes?: Readonly<Record<string, string>>;
  /** Whether computes ask the deployment's own placement. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/** Stand-ins of Neutron, Cinder and Glance, which take any token. */
export async function standIns(): Promise<BesideNova> {
  const others = await startOtherServices();
  return { token: 'token', isOwn: true, sections: otherSections(others), stop: () => others.stop() };
}
