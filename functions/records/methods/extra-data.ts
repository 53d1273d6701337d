import * as v from 'valibot';
import { visibleInstance } from '#records/visible-instance';
import { InstanceNotFound, MigrationContextNotFound, NumaTopologyNotFound } from '#errors';
import { NovaObject } from '#objects/versioned/base';
import { loadedValue } from '#records/instance-item';
import { text } from '#records/arguments';
import { mayRead } from '#records/authority/rules';
import type { ClassMethodDefinition, RecordMethods, Records } from '#records/method';
import { classMethod } from '#records/remotable-method';
import { receiver, textOf } from '#records/stored-object';
import type { InstanceItem } from '#records/items/instance';
import { storedValue } from '#records/items/read';

/* Objects that lie inside an instance's item and may be asked for alone. */

/** The named part of an instance, null when it has none. */
async function readPart(
  records: Records,
  uuid: string,
  name: string,
  missing: (uuid: string) => Error = noInstance,
): Promise<unknown> {
  const item = await visibleInstance(records, uuid);
  if (item === undefined) throw missing(uuid);
  return loadedValue(item, name);
}

function part(name: string, missing?: (uuid: string) => Error): ClassMethodDefinition {
  return classMethod(
    { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
    (records, { instance_uuid }) => readPart(records, instance_uuid, name, missing),
  );
}

const noInstance = (uuid: string): Error => new InstanceNotFound({ instance_id: uuid });

export const instanceNumaTopology: RecordMethods = {
  class: {
    get_by_instance_uuid: part('numa_topology', (uuid) => new NumaTopologyNotFound({ instance_uuid: uuid })),
  },
};

export const migrationContext: RecordMethods = {
  class: {
    get_by_instance_uuid: part('migration_context', (uuid) => new MigrationContextNotFound({ instance_uuid: uuid })),
  },
};

export const virtCpuModel: RecordMethods = { class: { get_by_instance_uuid: part('vcpu_model') } };
export const resourceList: RecordMethods = { class: { get_by_instance_uuid: part('resources') } };
export const deviceMetadata: RecordMethods = { class: { get_by_instance_uuid: part('device_metadata') } };
export const trustedCerts: RecordMethods = { class: { get_by_instance_uuid: part('trusted_certs') } };

/** A server without requests has an empty object of them. */
export const instancePciRequests: RecordMethods = {
  class: {
    get_by_instance_uuid: classMethod(
      { schema: { instance_uuid: text }, authority: mayRead('instance_uuid') },
      async (records, { instance_uuid: uuid }) => {
        const item = await visibleInstance(records, uuid);
        const requests = item === undefined ? null : storedValue<InstanceItem>(item, 'pci_requests');
        return receiver.object(
          requests ?? {
            'nova_object.name': 'InstancePCIRequests',
            'nova_object.namespace': 'nova',
            'nova_object.version': '1.1',
            'nova_object.data': { instance_uuid: uuid, requests: [] },
          },
        );
      },
    ),
  },
};

/** What is no server has no ids, and is reported as a server that is not there. */
const WHOLE = v.fallback(v.nullable(v.instance(NovaObject)), null);

/** What a compute asks for when it writes a config drive; the server comes along whole. */
export const ec2Ids: RecordMethods = {
  class: {
    get_by_instance: classMethod(
      { schema: { instance: WHOLE }, authority: mayRead('instance') },
      (records, { instance }) => readPart(records, (instance && textOf(instance, 'uuid')) ?? '', 'ec2_ids'),
    ),
  },
};
