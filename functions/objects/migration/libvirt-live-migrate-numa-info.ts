import { dictOf, setOf } from '#objects/versioned/containers';
import { integer } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** Where the guest's CPUs and memory go on the destination of a live migration. */
export const LibvirtLiveMigrateNUMAInfo = defineObject({
  name: 'LibvirtLiveMigrateNUMAInfo',
  version: '1.0',
  // 1.0 first
  fields: {
    cpu_pins: dictOf(setOf(integer())),
    cell_pins: dictOf(setOf(integer())),
    emulator_pins: setOf(integer()),
    sched_vcpus: setOf(integer()),
    sched_priority: integer(),
  },
});
