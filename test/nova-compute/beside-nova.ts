import type { CloudPorts } from '#adapters/openstack/cloud-ports';
import type { AskedPlacement } from './known-errors.ts';
import { otherSections, placementSection, startOtherServices } from '#local/nova-compute/other-services';
import { startPlacement } from './placement.ts';

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
  /** Whether computes ask nobody but the deployment, which then is asked directly, too. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/** Stand-ins of Neutron, Cinder and Glance, which take any token, and the placement that is named. */
export async function standIns(asked: AskedPlacement, folder: string): Promise<BesideNova> {
  const [placement, others] = await Promise.all([
    asked === 'own' ? undefined : startPlacement(folder),
    startOtherServices(),
  ]);
  return {
    token: 'token',
    isOwn: asked === 'own',
    sections: `${placement === undefined ? '' : placementSection(placement.endpoint)}${otherSections(others)}`,
    stop: async () => void (await Promise.all([placement?.stop(), others.stop()])),
  };
}
