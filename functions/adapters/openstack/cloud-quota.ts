import { UsagesRetrievalFailed } from '#errors';
import type { Json } from '#ports/json';
import type { CloudQuota } from '#ports/cloud-quota';
import { listOf, mapOf, numberOf, numbersOf, textOf } from '#wire/reading';
import type { ServiceClient } from './service-client.ts';

/** Placement's microversion that has usages of projects. */
const USAGES = '1.9';

/** Whose limits these are in Keystone. */
const COMPUTE = 'compute';

/** What projects use and may use by Placement and Keystone (Nova's nova.limits.placement and oslo.limit). */
export function openstackCloudQuota(
  placement: ServiceClient,
  identity: ServiceClient,
  region: string | undefined,
): CloudQuota {
  let service: Promise<string> | undefined;

  const listed = async (
    path: string,
    query: Readonly<Record<string, string>>,
    key: string,
  ): Promise<readonly Json[]> => {
    const asked = `${path}?${new URLSearchParams(query).toString()}`;
    const { status, body } = await identity.call({ method: 'GET', path: asked, as: 'service' });
    if (status === 200) return listOf(mapOf(body)[key]);
    throw await identity.misconfigured(
      { path },
      `answered ${status}`,
      'Let the conductor’s user read limits (docs/openstack.md).',
    );
  };

  /** Limits are those of a service; Keystone knows it by an id of its own. */
  const findService = async (): Promise<string> => {
    const [found] = await listed('/services', { type: COMPUTE }, 'services');
    const id = textOf(mapOf(found)['id']);
    if (id !== undefined) return id;
    throw await identity.misconfigured(
      { path: '/services' },
      `knows no service of type ${COMPUTE}, whose the limits would be`,
      'Register it in the catalog, or use limits of the deployment (quotaDriver).',
    );
  };
  const serviceId = (): Promise<string> => {
    service ??= findService().catch((error: unknown) => {
      service = undefined;
      throw error;
    });
    return service;
  };

  const limitOf = async (project: string, name: string): Promise<number | undefined> => {
    const place = {
      service_id: await serviceId(),
      ...(region === undefined ? {} : { region_id: region }),
      resource_name: name,
    };
    const [own] = await listed('/limits', { ...place, project_id: project }, 'limits');
    const limit = numberOf(mapOf(own)['resource_limit']);
    if (limit !== undefined) return limit;
    const [registered] = await listed('/registered_limits', place, 'registered_limits');
    return numberOf(mapOf(registered)['default_limit']);
  };

  return {
    usages: async (project, user) => {
      const query = new URLSearchParams({ project_id: project, ...(user === undefined ? {} : { user_id: user }) });
      const path = `/usages?${query.toString()}`;
      const { status, body } = await placement.call({ method: 'GET', path, as: 'service', version: USAGES });
      if (status !== 200) throw new UsagesRetrievalFailed({ project_id: project, user_id: user ?? 'N/A' });
      return numbersOf(mapOf(body)['usages']);
    },
    limits: async (project, names) => {
      const found = await Promise.all(names.map(async (name) => [name, await limitOf(project, name)] as const));
      return new Map(found.flatMap(([name, limit]) => (limit === undefined ? [] : [[name, limit]])));
    },
  };
}
