import { dictOf } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { enumOf, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** Something that another service reports about a server. */
export const InstanceExternalEvent = defineObject({
  name: 'InstanceExternalEvent',
  version: '1.5',
  // 1.0 first, with the events network-changed and vif-plugged
  // 1.1 adds the event network-vif-deleted
  // 1.2 adds the event volume-extended
  // 1.3 adds the event power-update
  // 1.4 adds the event accelerator-request-bound
  // 1.5 adds the event volume-reimaged
  fields: {
    instance_uuid: uuid(),
    name: enumOf('Enum', [
      'network-changed',
      'network-vif-plugged',
      'network-vif-unplugged',
      'network-vif-deleted',
      'volume-extended',
      'power-update',
      'accelerator-request-bound',
      'volume-reimaged',
    ]),
    status: enumOf('Enum', ['failed', 'completed', 'in-progress']),
    tag: nullable(string()),
    data: dictOf(string()),
  },
});
