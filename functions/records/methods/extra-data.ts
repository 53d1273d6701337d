import { visibleInstance } from '#records/visible-instance';
import { InstanceNotFound, MigrationContextNotFound, NumaTopologyNotFound } from '#errors';
import { NovaObject } from '#objects/versioned/base';
import { loadedValue } from '#records/instance-item';
import type { ClassMethod, RecordMethods } from '#records/method';
import { receiver, textOf } from '#records/stored-object';

/* Objects that lie inside an instance's item and may be asked for alone. */

/** The named part of an instance, null when it has none. */
function part(name: string, missing: (uuid: string) => Error): ClassMethod {
  return async (records, args) => {
    const uuid = String(args['instance_uuid']);
    const item = await visibleInstance(records, uuid);
    if (item === undefined) throw missing(uuid);
    return loadedValue(item, name);
  };
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

export const virtCpuModel: RecordMethods = { class: { get_by_instance_uuid: part('vcpu_model', noInstance) } };
export const resourceList: RecordMethods = { class: { get_by_instance_uuid: part('resources', noInstance) } };
export const deviceMetadata: RecordMethods = { class: { get_by_instance_uuid: part('device_metadata', noInstance) } };
export const trustedCerts: RecordMethods = { class: { get_by_instance_uuid: part('trusted_certs', noInstance) } };

/** A server without requests has an empty object of them. */
export const instancePciRequests: RecordMethods = {
  class: {
    get_by_instance_uuid: async (records, args) => {
      const uuid = String(args['instance_uuid']);
      const item = await visibleInstance(records, uuid);
      const stored = item?.['pci_requests'] ?? null;
      return receiver.object(
        stored ?? {
          'nova_object.name': 'InstancePCIRequests',
          'nova_object.namespace': 'nova',
          'nova_object.version': '1.1',
          'nova_object.data': { instance_uuid: uuid, requests: [] },
        },
      );
    },
  },
};

/** What a compute asks for when it writes a config drive; the server comes along whole. */
export const ec2Ids: RecordMethods = {
  class: {
    get_by_instance: (records, { instance, ...args }) => {
      const uuid = instance instanceof NovaObject ? textOf(instance, 'uuid') : undefined;
      return part('ec2_ids', noInstance)(records, { ...args, instance_uuid: uuid });
    },
  },
};
