import {
  ARCHITECTURE,
  ARCHITECTURE_ALIASES,
  HVTYPE,
  HVTYPE_ALIASES,
  VMMODE,
  VMMODE_ALIASES,
} from '#objects/versioned/enums';
import { enumOf } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** An architecture, hypervisor type and mode that a node supports. */
export const HVSpec = defineObject({
  name: 'HVSpec',
  version: '1.2',
  // 1.0 first
  // 1.1 hv_type may be vz
  // 1.2 hv_type may be lxd
  fields: {
    arch: enumOf('Architecture', ARCHITECTURE, ARCHITECTURE_ALIASES),
    hv_type: enumOf('HVType', HVTYPE, HVTYPE_ALIASES),
    vm_mode: enumOf('VMMode', VMMODE, VMMODE_ALIASES),
  },
  lower: (data, below) => {
    if (below('1.1') && data['hv_type'] === 'vz') data['hv_type'] = 'parallels';
  },
});
