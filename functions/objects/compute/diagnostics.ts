import { listOf, object } from '#objects/versioned/containers';
import { CpuDiagnostics } from './cpu-diagnostics.ts';
import { DiskDiagnostics } from './disk-diagnostics.ts';
import { HYPERVISOR_DRIVER, POWER_STATES, POWER_STATE_NUMBERS } from '#objects/versioned/enums';
import { nullable, withNew } from '#objects/versioned/field';
import { boolean, enumOf, integer, string } from '#objects/versioned/fields';
import { MemoryDiagnostics } from './memory-diagnostics.ts';
import { NicDiagnostics } from './nic-diagnostics.ts';
import { defineObject } from '#objects/versioned/object-type';

/** What a driver reports about a running server. */
export const Diagnostics = defineObject({
  name: 'Diagnostics',
  version: '1.0',
  // 1.0 first
  fields: {
    state: enumOf('InstancePowerState', POWER_STATES, POWER_STATE_NUMBERS),
    driver: enumOf('HypervisorDriver', HYPERVISOR_DRIVER),
    hypervisor: nullable(string()),
    hypervisor_os: nullable(string()),
    uptime: nullable(integer()),
    config_drive: boolean(),
    memory_details: withNew(object(MemoryDiagnostics), () => MemoryDiagnostics.make()),
    cpu_details: withNew(listOf(object(CpuDiagnostics)), () => []),
    nic_details: withNew(listOf(object(NicDiagnostics)), () => []),
    disk_details: withNew(listOf(object(DiskDiagnostics)), () => []),
    num_cpus: integer(),
    num_nics: integer(),
    num_disks: integer(),
  },
});
