import type { Json } from '#ports/json';
import { uuidOfName } from '#ports/cell-uuid';
import { ask } from './api.ts';

/** The bridge of every host, and its bandwidth each way in kilobits a second. */
export const BRIDGE = { name: 'br-physnet0', network: 'physnet0', kilobits: 1_000_000 };

/** In which Neutron’s driver of Open vSwitch names providers (neutron.plugins.ml2.drivers.openvswitch, `ovs_uuid5_namespace`). */
const OPEN_VSWITCH = '87ee7d5c-73bb-11e8-9008-c4d987b2a692';

const TRAITS = ['CUSTOM_PHYSNET_PHYSNET0', 'CUSTOM_VNIC_TYPE_NORMAL'];

/** Name of the provider of a host’s bridge. */
export const bridgeOf = (host: string): string => `${host}_${BRIDGE.name}`;

/** Makes the provider of the bridge of a host below that of the host, as Neutron does when an agent reports it. */
export async function addBridge(placement: string, token: string, host: string, parent: string): Promise<void> {
  const headers = { 'openstack-api-version': 'placement 1.36' };
  const put = (path: string, more: { readonly body?: Json } = {}) =>
    ask({ url: `${placement}${path}`, method: 'PUT', token, headers, ...more });
  const uuid = uuidOfName(OPEN_VSWITCH, `${host}:${BRIDGE.name}`);
  const body = { name: bridgeOf(host), uuid, parent_provider_uuid: parent };
  await ask({ url: `${placement}/resource_providers`, method: 'POST', token, headers, body });
  for (const trait of TRAITS) await put(`/traits/${trait}`);
  const at = `/resource_providers/${uuid}`;
  await put(`${at}/traits`, { body: { resource_provider_generation: 0, traits: TRAITS } });
  const each = { total: BRIDGE.kilobits, max_unit: BRIDGE.kilobits };
  const inventories = { NET_BW_EGR_KILOBIT_PER_SEC: each, NET_BW_IGR_KILOBIT_PER_SEC: each };
  await put(`${at}/inventories`, { body: { resource_provider_generation: 1, inventories } });
}
