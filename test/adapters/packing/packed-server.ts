import type { Attributes, Item } from '#ports/tables';
import { packedAttributes } from '#ports/packed-attributes';
import { newObject } from '#wire/wire';

const FLAVOR = newObject('Flavor', '1.2', { id: 1, name: 'm1.tiny', memory_mb: 512, vcpus: 1, extra_specs: {} });

/** A network of a server, as its text is kept. */
export const NETWORKS = JSON.stringify([{ id: 'port', address: 'fa:16:3e:00:00:01', type: 'ovs', active: true }]);

/** A server as it is put, with all that is packed; `more` says otherwise. */
export function packedServer(uuid: string, more: Attributes = {}): Item {
  return {
    pk: `instance#${uuid}`,
    sk: 'instance',
    ...Object.fromEntries(
      [...(packedAttributes({ pk: 'instance#', sk: 'instance' }) ?? [])].map((name) => [name, null]),
    ),
    uuid,
    id: 7,
    display_name: 'vm ü',
    hidden: false,
    created_at: '2026-11-22T12:00:00Z',
    metadata: {},
    system_metadata: { image_min_ram: '0' },
    network_info: NETWORKS,
    flavor: FLAVOR,
    vm_state: 'active',
    task_state: null,
    deleted: false,
    ...more,
  };
}
