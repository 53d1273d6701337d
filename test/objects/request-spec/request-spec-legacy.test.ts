import { describe, expect, test } from 'vitest';
import { Destination } from '#objects/request-spec/destination';
import { Flavor } from '#objects/api/flavor';
import { imageDictFromSystemMetadata, imageFromDict } from '#objects/image/image-meta-dict';
import { Instance } from '#objects/instance/instance';
import { ensureProjectId, RequestSpec, resetForcedDestinations } from '#objects/request-spec/request-spec';
import { fromComponents } from '#objects/request-spec/request-spec-components';
import {
  fromPrimitives,
  toLegacyFilterPropertiesDict,
  toLegacyRequestSpecDict,
} from '#objects/request-spec/request-spec-legacy';
import { SchedulerLimits } from '#objects/request-spec/scheduler-limits';

const flavor = Flavor.load({
  id: 1,
  name: 'small',
  memory_mb: 512,
  vcpus: 1,
  root_gb: 1,
  ephemeral_gb: 0,
  flavorid: '1',
  swap: 0,
  rxtx_factor: 1,
  vcpu_weight: null,
  extra_specs: { 'hw:numa_cpus.0': '0', other: 'x' },
});

describe('the legacy filter properties', () => {
  test('SCHED-15 null entries are dropped from limits', () => {
    const limits = SchedulerLimits.load({ vcpu: 1, disk_gb: 2, memory_mb: 3, numa_topology: null });

    const properties = toLegacyFilterPropertiesDict(RequestSpec.load({ limits }));

    expect(properties).toEqual({ limits: { vcpu: 1, disk_gb: 2, memory_mb: 3 } });
  });

  test('SCHED-17 a forced boot names host and node, its hints and its flavor', () => {
    const spec = RequestSpec.load({
      flavor,
      force_hosts: ['f'],
      force_nodes: ['n'],
      scheduler_hints: { h: ['x'] },
    });

    const { instance_type } = toLegacyRequestSpecDict(spec);

    expect(toLegacyFilterPropertiesDict(spec)).toEqual({
      scheduler_hints: { h: 'x' },
      force_hosts: ['f'],
      force_nodes: ['n'],
    });
    expect(instance_type).toBe(flavor);
  });

  test('SCHED-18 an unforced boot has no forced keys', () => {
    const spec = RequestSpec.load({ flavor, scheduler_hints: { h: ['x'] } });

    expect(Object.keys(toLegacyFilterPropertiesDict(spec))).toEqual(['scheduler_hints']);
  });
});

describe('the legacy request spec', () => {
  test('SCHED-16 a spec without an image has an empty image and a plain instance', () => {
    const spec = RequestSpec.load({ flavor, instance_uuid: 'u', image: null, num_instances: 1 });

    expect(toLegacyRequestSpecDict(spec)).toMatchObject({
      image: {},
      num_instances: 1,
      instance_type: flavor,
      instance_properties: { uuid: 'u', vcpus: 1, memory_mb: 512 },
    });
  });

  test('SCHED-19 hints become lists and come back', () => {
    const spec = fromPrimitives({}, { scheduler_hints: { a: '1', b: ['x', 'y'], c: ['z'] } });

    expect(spec.get('scheduler_hints')).toEqual({ a: ['1'], b: ['x', 'y'], c: ['z'] });
    expect(toLegacyFilterPropertiesDict(spec)).toMatchObject({
      scheduler_hints: { a: '1', b: ['x', 'y'], c: 'z' },
    });
  });

  test('SCHED-20 a group of the legacy keys has clean hosts', () => {
    const spec = fromPrimitives(
      {},
      {
        group_updated: true,
        group_policies: new Set(['affinity']),
        group_hosts: ['host1'],
        group_members: ['m'],
      },
    );

    const group = spec.get('instance_group');

    expect(group?.getChanges()).toEqual({ policy: 'affinity', members: ['m'] });
    expect(group?.get('hosts')).toEqual(['host1']);
  });

  test('every other entry comes back as it was', () => {
    const request = {
      num_instances: 2,
      image: { min_ram: 5, properties: { hw_disk_bus: 'scsi' } },
      instance_properties: { uuid: 'u', project_id: 'p', user_id: 'x', availability_zone: 'az' },
      instance_type: flavor,
    };
    const properties = {
      ignore_hosts: ['i'],
      force_hosts: ['f'],
      force_nodes: ['n'],
      retry: { num_attempts: 1, hosts: [['host1', 'node1']] },
      limits: { vcpu: 1 },
      requested_destination: Destination.make({ host: 'h' }),
    };

    const spec = fromPrimitives(request, properties);

    expect(toLegacyFilterPropertiesDict(spec)).toEqual(properties);
    expect(toLegacyRequestSpecDict(spec)).toEqual({
      ...request,
      instance_properties: {
        ...request.instance_properties,
        numa_topology: null,
        pci_requests: null,
        root_gb: 1,
        ephemeral_gb: 0,
        memory_mb: 512,
        vcpus: 1,
      },
    });
    expect(spec.changes).toEqual(new Set(spec.setFields));
  });

  test('a retry without hosts is an empty retry', () => {
    const spec = fromPrimitives({}, { retry: { num_attempts: 1 } });

    expect(spec.get('retry')?.setFields).toEqual([]);
  });

  test('the parts of a boot request make a whole spec', () => {
    const spec = fromComponents({
      instanceUuid: 'u',
      image: {},
      flavor,
      numaTopology: null,
      pciRequests: null,
      filterProperties: {},
      instanceGroup: null,
      availabilityZone: 'az',
      projectId: 'p',
      userId: 'x',
    });

    const unset = RequestSpec.fieldNames.filter((name) => !spec.isSet(name));

    expect(unset).toEqual(['id', 'security_groups', 'network_metadata', 'is_bfv', 'requested_networks']);
    expect(spec.get('limits')?.getChanges()).toEqual({
      numa_topology: null,
      vcpu: null,
      disk_gb: null,
      memory_mb: null,
    });
  });
});

describe('a request spec', () => {
  test.each([
    [undefined, 'p'],
    [null, 'p'],
    ['p2', 'p2'],
  ])('SCHED-21 with project %s and a server of project p has project %s', (own, project) => {
    const spec = RequestSpec.load(own === undefined ? {} : { project_id: own });

    ensureProjectId(spec, Instance.load({ project_id: 'p', user_id: 'u' }));

    expect(spec.get('project_id')).toBe(project);
  });

  test('REC-10 forced hosts are cleared but clean', () => {
    const spec = RequestSpec.load({ force_hosts: ['h1'] });

    resetForcedDestinations(spec);

    expect(spec.get('force_hosts')).toBeNull();
    expect(spec.changes).toEqual(new Set());
  });
});

describe('an image', () => {
  test('SCHED-25 is derived from system metadata', () => {
    const image = imageDictFromSystemMetadata({
      image_min_ram: '5',
      image_hw_disk_bus: 'scsi',
      foo: 'bar',
      image_mappings: 'z',
      x: null,
    });

    expect(image).toEqual({ min_ram: '5', properties: { hw_disk_bus: 'scsi', foo: 'bar' } });
  });

  test('has typed properties, older names among them', () => {
    const image = imageFromDict({
      id: 'i',
      name: null,
      size: null,
      unknown: 1,
      properties: {
        architecture: 'amd64',
        vmware_adaptertype: 'lsilogicsas',
        'hw_numa_mem.0': '512',
        'hw_numa_cpus.0': '0-2,^1',
        'trait:HW_CPU_X86_VMX': 'required',
        hw_boot_menu: 'yes',
        unknown: 1,
      },
    });

    expect(image.getChanges()).toMatchObject({ id: 'i', name: '', size: 0 });
    expect(image.get('properties').getChanges()).toEqual({
      hw_architecture: 'x86_64',
      hw_boot_menu: true,
      hw_disk_bus: 'scsi',
      hw_numa_cpus: [[0, 2]],
      hw_numa_mem: [512],
      hw_scsi_model: 'lsisas1068',
      traits_required: ['HW_CPU_X86_VMX'],
    });
  });
});
