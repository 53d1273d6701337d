import { providerOfComputeNode } from '#object-rpc/compute-node-provider';
import { describe, expect, it } from 'vitest';
import { wireObject } from '../fixtures/request-spec.ts';
import { computeNodeItem } from '#records/items/compute-node';

const CELL = { name: 'cell1', uuid: 'cell-uuid' };
const NODE = {
  uuid: 'node-uuid',
  host: 'host1',
  hypervisor_hostname: 'node1',
  vcpus: 8,
  memory_mb: 1000,
  local_gb: 50,
  hypervisor_type: 'QEMU',
  hypervisor_version: 4_002_000,
  running_vms: 2,
  stats: { io_workload: '3' },
  supported_hv_specs: [wireObject('HVSpec', { arch: 'x86_64', hv_type: 'kvm', vm_mode: 'hvm' })],
  cpu_allocation_ratio: 4,
  ram_allocation_ratio: 1,
  disk_allocation_ratio: 2,
};

describe('providerOfComputeNode', () => {
  it('maps what a compute node reports', () => {
    expect(providerOfComputeNode(computeNodeItem(NODE), CELL)).toEqual({
      uuid: 'node-uuid',
      host: 'host1',
      node: 'node1',
      cell: 'cell1',
      cellUuid: 'cell-uuid',
      inventories: {
        VCPU: { total: 8, reserved: 0, allocationRatio: 4, maxUnit: 8 },
        MEMORY_MB: { total: 1000, reserved: 0, allocationRatio: 1, maxUnit: 1000 },
        DISK_GB: { total: 50, reserved: 0, allocationRatio: 2, maxUnit: 50 },
      },
      hypervisorType: 'QEMU',
      hypervisorVersion: 4_002_000,
      supportedInstances: [['x86_64', 'kvm', 'hvm']],
      runningVms: 2,
      ioWorkload: 3,
    });
  });

  it.each([0, null])('a ratio of %s stands for the default', (ratio) => {
    const ratios = { cpu_allocation_ratio: ratio, ram_allocation_ratio: ratio, disk_allocation_ratio: ratio };

    const inventories = providerOfComputeNode(computeNodeItem({ ...NODE, ...ratios }), CELL)?.inventories;

    expect(inventories).toMatchObject({
      VCPU: { allocationRatio: 16 },
      MEMORY_MB: { allocationRatio: 1.5 },
      DISK_GB: { allocationRatio: 1 },
    });
  });

  it('a node without a host is no provider', () => {
    expect(providerOfComputeNode(computeNodeItem({ ...NODE, host: null }), CELL)).toBeUndefined();
  });
});
