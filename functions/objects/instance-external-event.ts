import { dictOf } from '#objects/containers';
import { nullable } from '#objects/field';
import { enumOf, string, uuid } from '#objects/fields';
import { defineObject } from '#objects/object-type';

/** Something that another service tells about a server. */
export const InstanceExternalEvent = defineObject({
  name: 'InstanceExternalEvent',
  version: '1.5',
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
  history: {
    '1.0': 'first, Supports network-changed and vif-plugged',
    '1.1': 'adds network-vif-deleted event',
    '1.2': 'adds volume-extended event',
    '1.3': 'adds power-update event',
    '1.4': 'adds accelerator-request-bound event',
    '1.5': 'adds volume-reimaged event',
  },
});
