import { cloudPorts } from '#adapters/openstack/cloud-ports';
import { managedSecrets } from '#adapters/secretsmanager/secrets';
import { namedCloud } from '#configuration/openstack';
import { claimMarks } from '#placement/claim-marks';
import type { CandidatePlacement } from '#ports/allocation-candidates';
import type { Clock } from '#ports/clock';
import type { Configuration } from '#ports/configuration';
import type { Log } from '#ports/log';
import type { Placement } from '#ports/placement';
import type { Tables } from '#ports/tables';
import type { Place } from './place.ts';

/** What is needed of a deployment to reach its cloud's Placement. */
interface DeploymentParts {
  readonly settings: () => Promise<Configuration>;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly place: Pick<Place, 'region' | 'profile' | 'credentials' | 'iam'>;
}

/** The command prints what came of a call by itself. */
const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => SILENT,
  measure: () => undefined,
  count: () => undefined,
};

/** The Placement that the settings of a deployment name, by the same credential; undefined where they name none. */
export function cloudPlacementOf({
  settings,
  tables,
  clock,
  place,
}: DeploymentParts): () => Promise<CandidatePlacement | undefined> {
  const { region, profile, credentials, iam } = place;
  const secrets = managedSecrets({
    region,
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
    // Where one service is emulated, all are, behind one endpoint.
    ...(iam === undefined ? {} : { endpoint: iam }),
  });
  const find = async (): Promise<CandidatePlacement | undefined> => {
    const named = namedCloud(await settings());
    if (named === undefined) return undefined;
    const parts = { secrets, clock, log: SILENT, marks: claimMarks(tables, clock), random: Math.random };
    return cloudPorts(named.services, named, parts).placement;
  };
  let found: Promise<CandidatePlacement | undefined> | undefined;
  return () => (found ??= find());
}

/** The placement that decides on claims, asked for when it is needed; nodes are known by the deployment's own. */
export function decidingPlacement(elsewhere: () => Promise<CandidatePlacement | undefined>, own: Placement): Placement {
  const deciding = async (): Promise<Placement> => (await elsewhere()) ?? own;
  return {
    saveProvider: (provider) => own.saveProvider(provider),
    deleteProvider: (uuid) => own.deleteProvider(uuid),
    offer: (uuid, isOffered) => own.offer(uuid, isOffered),
    retireProvider: (uuid) => own.retireProvider(uuid),
    allocations: async (consumer) => (await deciding()).allocations(consumer),
    traits: async (provider) => (await deciding()).traits(provider),
    tree: async (node) => (await deciding()).tree(node),
    providerName: async (provider) => (await deciding()).providerName(provider),
    claim: async (...claim) => (await deciding()).claim(...claim),
    setAndClear: async (...swap) => (await deciding()).setAndClear(...swap),
    removeProvider: async (...removal) => (await deciding()).removeProvider(...removal),
    release: async (consumer) => (await deciding()).release(consumer),
    withdraw: async (consumers, operation) => (await deciding()).withdraw(consumers, operation),
  };
}
