import { listOf, mapOf, textOf } from '#wire/reading';
import { ask, idIn, tokenOf } from './api.ts';
import { PASSWORD, type Ports } from './configuration.ts';

/** Users of services: each has the roles admin and service in the project of services. */
const SERVICE_USERS = ['nova', 'placement', 'glance', 'neutron', 'cinder', 'cyborg'];

/** Users with other roles there, to see what rights are asked for. */
const POOR_USERS = { auditor: ['reader'], administrator: ['admin'] };

/** Users of servers, each with a project of the same name. */
const USERS = ['demo', 'other'];

/** Fills a bootstrapped Keystone: projects, users, roles, services and endpoints. */
export async function fillKeystone(keystone: string, ports: Ports): Promise<void> {
  const token = await tokenOf(keystone, 'admin', 'admin');
  const make = async (kind: string, body: Readonly<Record<string, string>>): Promise<string> =>
    idIn(await ask({ url: `${keystone}/${kind}s`, method: 'POST', token, body: { [kind]: body } }), kind);
  const { roles } = await ask({ url: `${keystone}/roles`, token });
  const roleOf = (name: string): string =>
    textOf(mapOf(listOf(roles).find((role) => mapOf(role)['name'] === name))['id']) ?? '';
  const addUser = async (name: string, project: string, names: readonly string[]): Promise<void> => {
    const user = await make('user', { name, password: PASSWORD, domain_id: 'default' });
    for (const role of names) {
      await ask({ url: `${keystone}/projects/${project}/users/${user}/roles/${roleOf(role)}`, method: 'PUT', token });
    }
  };
  const services = await make('project', { name: 'service', domain_id: 'default' });
  for (const name of SERVICE_USERS) await addUser(name, services, ['admin', 'service']);
  for (const [name, names] of Object.entries(POOR_USERS)) await addUser(name, services, names);
  for (const name of USERS) await addUser(name, await make('project', { name, domain_id: 'default' }), ['member']);
  const catalog = {
    placement: `http://127.0.0.1:${ports.placement}`,
    image: `http://127.0.0.1:${ports.glance}`,
    network: `http://127.0.0.1:${ports.neutron}`,
    'block-storage': `http://127.0.0.1:${ports.cinder}/v3`,
    accelerator: `http://127.0.0.1:${ports.cyborg}`,
    compute: `http://127.0.0.1:${ports.compute}/v2.1`,
  };
  for (const [type, url] of Object.entries(catalog)) {
    const service_id = await make('service', { type, name: type });
    for (const face of ['public', 'internal', 'admin']) {
      await make('endpoint', { service_id, interface: face, region_id: 'RegionOne', url });
    }
  }
}
