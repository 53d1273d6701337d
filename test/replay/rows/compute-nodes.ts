import { ComputeNode } from '#objects/compute/compute-node';
import type { Json } from '#ports/json';
import type { Item } from '#ports/tables';
import { deletedOnHost } from '#records/instance-index';
import { computeNodeKey } from '#records/keys';
import { columns, document, persistent, text } from '../row-values.ts';
import type { Row } from '../sql-state.ts';

/** A row of `compute_nodes`; a deleted one is found by those who ask for deleted ones. */
export function computeNodeItem(row: Row): Item {
  const [uuid, host, name] = [text(row['uuid']), text(row['host']), text(row['hypervisor_hostname'])];
  return {
    ...computeNodeKey(uuid),
    ...columns(row, ComputeNode.fieldNames),
    stats: document(row['stats']),
    supported_hv_specs: specs(document(row['supported_instances'])),
    pci_device_pools: document(row['pci_stats']),
    ...persistent(row),
    ...(row['deleted'] === 0
      ? {
          by_host: host,
          by_host_sort: `compute-node#${name}#`,
          lookup: 'compute-node',
          lookup_sort: `${name}#`,
        }
      : { by_host: deletedOnHost(host), by_host_sort: `compute-node#${name}#` }),
  };
}

/** Nova keeps what a node can run as bare lists. */
function specs(stored: Json): Json {
  if (!Array.isArray(stored)) return null;
  return stored.map((spec) => {
    const [arch = null, hv_type = null, vm_mode = null] = Array.isArray(spec) ? spec : [];
    return {
      'nova_object.name': 'HVSpec',
      'nova_object.namespace': 'nova',
      'nova_object.version': '1.2',
      'nova_object.data': { arch, hv_type, vm_mode },
      'nova_object.changes': ['arch', 'hv_type', 'vm_mode'],
    };
  });
}
