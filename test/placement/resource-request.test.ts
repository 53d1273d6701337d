import { parseExtraSpecs } from '#placement/extra-specs';
import { asksDedicatedProcessors, resourceRequest } from '#placement/resource-request';
import type { JsonMap } from '#ports/json';
import { describe, expect, it } from 'vitest';
import { wireObject } from '../fixtures/request-spec.ts';

const FLAVOR = { vcpus: 1, memory_mb: 1024, root_gb: 10, ephemeral_gb: 5, swap: 1024, extra_specs: {} };

/** A RequestSpec of this flavor, and of an image with these properties. */
const spec = (flavor: JsonMap, rest: JsonMap = {}, image: JsonMap = {}): JsonMap => ({
  flavor: wireObject('Flavor', { ...FLAVOR, ...flavor }),
  image: wireObject('ImageMeta', { properties: wireObject('ImageMetaProps', image) }),
  ...rest,
});
const withSpecs = (extraSpecs: JsonMap, image: JsonMap = {}) =>
  resourceRequest(spec({ extra_specs: extraSpecs }, {}, image));
const unsuffixed = (asked: JsonMap) => resourceRequest(asked).groups.get('')?.resources;
const none = { requiredTraits: [], forbiddenTraits: [] };

describe('the resources of a flavor', () => {
  it('RES-01 a plain flavor asks for its VCPU, memory and disk', () => {
    expect(unsuffixed(spec({}))).toEqual({ VCPU: 1, MEMORY_MB: 1024, DISK_GB: 16 });
  });

  it('counts amounts that are no whole numbers, or are spelt as texts, as the fields of a flavor take them', () => {
    expect(unsuffixed(spec({ vcpus: 1.5, memory_mb: '1024' }))).toMatchObject({ VCPU: 1, MEMORY_MB: 1024 });
  });

  it('RES-02 a volume backed server asks for no root disk [ASKED-09]', () => {
    expect(unsuffixed(spec({}, { is_bfv: true }))).toMatchObject({ DISK_GB: 6 });
    expect(unsuffixed(spec({ root_gb: 20, ephemeral_gb: 0, swap: 1 }, { is_bfv: true }))).toMatchObject({ DISK_GB: 1 });
  });

  it('RES-03 extra specs replace classes of the flavor, in whatever group they are named [ASKED-06]', () => {
    const { groups } = withSpecs({
      'resources:VCPU': '2',
      'resources42:SRIOV_NET_VF': '1',
      'resources24:SRIOV_NET_VF': '2',
      'resources:CUSTOM_THING': '123',
      'resources86:MEMORY_MB': '0',
      'resources:CUSTOM_FOO': '0',
      'resources1:DISK_GB': '5',
    });

    expect(Object.fromEntries(groups)).toEqual({
      '': { resources: { VCPU: 2, CUSTOM_THING: 123 }, ...none },
      '42': { resources: { SRIOV_NET_VF: 1 }, ...none },
      '24': { resources: { SRIOV_NET_VF: 2 }, ...none },
      '1': { resources: { DISK_GB: 5 }, ...none },
    });
  });

  it('RES-04 swap is rounded up to whole gigabytes', () => {
    expect(unsuffixed(spec({ swap: 1, root_gb: 1, ephemeral_gb: 0 }))).toMatchObject({ DISK_GB: 2 });
  });

  it('RES-05 a flavor without disk asks for no DISK_GB', () => {
    expect(unsuffixed(spec({ root_gb: 0, ephemeral_gb: 0, swap: 0 }))).toEqual({ VCPU: 1, MEMORY_MB: 1024 });
  });

  it('RES-06 groups stay apart with their traits', () => {
    const { groups } = withSpecs({
      'resources1:VGPU': '1',
      'resources3:VCPU': '2',
      trait3: 'ignored',
      'trait3:GOLD': 'required',
      'resources86:MEMORY_MB': '0',
    });

    expect(Object.fromEntries(groups)).toEqual({
      '': { resources: { DISK_GB: 16 }, ...none },
      '1': { resources: { VGPU: 1 }, ...none },
      '3': { resources: { VCPU: 2 }, requiredTraits: ['GOLD'], forbiddenTraits: [] },
    });
  });

  it('ASKED-01 a suffix may be a word', () => {
    const { groups } = withSpecs({ 'resources_GPU:CUSTOM_GPU': '1', 'trait_GPU:CUSTOM_A100': 'required' });

    expect(Object.fromEntries(groups)).toEqual({
      '': { resources: { VCPU: 1, MEMORY_MB: 1024, DISK_GB: 16 }, ...none },
      _GPU: { resources: { CUSTOM_GPU: 1 }, requiredTraits: ['CUSTOM_A100'], forbiddenTraits: [] },
    });
  });

  it('ASKED-02 ASKED-03 traits are required and forbidden, those of the image too', () => {
    const request = withSpecs(
      { 'trait:HW_CPU_X86_AVX2': 'forbidden', 'trait:CUSTOM_GOLD': 'required' },
      { traits_required: ['HW_CPU_X86_SGX'] },
    );

    expect(request.groups.get('')).toMatchObject({
      requiredTraits: ['CUSTOM_GOLD', 'HW_CPU_X86_SGX'],
      forbiddenTraits: ['HW_CPU_X86_AVX2'],
    });
  });
});

describe('dedicated processors', () => {
  const DEDICATED = { 'hw:cpu_policy': 'dedicated' };

  it.each([
    ['are all of the flavor [ASKED-04]', DEDICATED, {}, { PCPU: 4 }],
    ['are those that the image asks for', {}, { hw_cpu_policy: 'dedicated' }, { PCPU: 4 }],
    [
      'are one more with isolated emulator threads',
      { ...DEDICATED, 'hw:emulator_threads_policy': 'isolate' },
      {},
      { PCPU: 5 },
    ],
    ['are those of a mask', { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '0-1' }, {}, { PCPU: 2, VCPU: 2 }],
    [
      'are those that a mask does not except',
      { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '^0' },
      {},
      { PCPU: 3, VCPU: 1 },
    ],
    ['are those that the flavor names, in place of its own', { 'resources:PCPU': '3' }, {}, { PCPU: 3 }],
    ['are those of a group that the flavor names', { 'resources1:PCPU': '4' }, {}, {}],
    ['are none of a shared policy', { 'hw:cpu_policy': 'shared' }, {}, { VCPU: 4 }],
  ])('%s', (_, extraSpecs, image, processors) => {
    const asked = spec({ vcpus: 4, extra_specs: extraSpecs }, {}, image);

    expect(unsuffixed(asked)).toEqual({ MEMORY_MB: 1024, DISK_GB: 16, ...processors });
  });

  it('are asked for a second time as others', () => {
    const asked = spec({ vcpus: 2, extra_specs: DEDICATED });

    const second = resourceRequest(asked, { plain: true });

    expect(asksDedicatedProcessors(asked)).toBe(true);
    expect(asksDedicatedProcessors(spec({}))).toBe(false);
    expect(second.groups.get('')?.resources).toMatchObject({ VCPU: 2 });
  });

  it.each([
    ['ASKED-05 isolate', { forbiddenTraits: ['HW_CPU_HYPERTHREADING'], requiredTraits: [] }],
    ['require', { requiredTraits: ['HW_CPU_HYPERTHREADING'], forbiddenTraits: [] }],
    ['prefer', { requiredTraits: [], forbiddenTraits: [] }],
  ])('%s threads', (policy, traits) => {
    const thread = policy.split(' ').at(-1) ?? '';

    const { groups } = withSpecs({ ...DEDICATED, 'hw:cpu_thread_policy': thread });

    expect(groups.get('')).toMatchObject(traits);
  });
});

describe('what flavor and image say in other words', () => {
  it.each([
    [
      { 'hw:tpm_version': '2.0', 'hw:tpm_model': 'tpm-crb' },
      {},
      ['COMPUTE_SECURITY_TPM_2_0', 'COMPUTE_SECURITY_TPM_CRB'],
    ],
    [{}, { os_secure_boot: 'required' }, ['COMPUTE_SECURITY_UEFI_SECURE_BOOT']],
    [{}, { hw_firmware_stateless: true }, ['COMPUTE_SECURITY_STATELESS_FIRMWARE']],
    [{ 'hw:maxphysaddr_mode': 'emulate' }, {}, ['COMPUTE_ADDRESS_SPACE_EMULATED']],
    [{ 'hw:pci_numa_affinity_policy': 'socket' }, {}, ['COMPUTE_SOCKET_PCI_NUMA_AFFINITY']],
    [{ 'accel:device_profile': 'dp' }, {}, ['COMPUTE_ACCELERATORS']],
    [{ 'hw:ephemeral_encryption': 'true' }, {}, ['COMPUTE_EPHEMERAL_ENCRYPTION']],
    [{}, { hw_ephemeral_encryption: true }, ['COMPUTE_EPHEMERAL_ENCRYPTION']],
    [
      { 'hw:ephemeral_encryption': 'yes', 'hw:ephemeral_encryption_format': 'luks' },
      {},
      ['COMPUTE_EPHEMERAL_ENCRYPTION', 'COMPUTE_EPHEMERAL_ENCRYPTION_LUKS'],
    ],
    [{ 'hw:ephemeral_encryption_format': 'luks' }, {}, []],
    [{ 'hw:virtio_packed_ring': 'false' }, {}, []],
    [{ 'hw:tpm_version': 'constructor', 'hw:tpm_model': '__proto__' }, { os_secure_boot: 'toString' }, []],
    [{ 'hw:mem_encryption': 'true', 'hw:mem_encryption_model': 'constructor' }, {}, ['HW_CPU_X86_AMD_SEV']],
  ])('%j and %j require %j', (extraSpecs, image, traits) => {
    expect(withSpecs(extraSpecs, image).groups.get('')?.requiredTraits).toEqual(traits);
  });

  it('memory encryption and persistent memory are resources', () => {
    const { groups } = withSpecs({ 'hw:mem_encryption': 'true', 'hw:pmem': '6GB,6GB,big-one' });

    expect(groups.get('')).toMatchObject({
      resources: { MEM_ENCRYPTION_CONTEXT: 1, CUSTOM_PMEM_NAMESPACE_6GB: 2, CUSTOM_PMEM_NAMESPACE_BIG_ONE: 1 },
      requiredTraits: ['HW_CPU_X86_AMD_SEV'],
    });
  });
});

/** The group of a port. */
const port = (id: string, traits: string[] = []) =>
  wireObject('RequestGroup', { requester_id: id, resources: { NET_BW: 1 }, required_traits: traits });

describe('groups of ports and devices', () => {
  it('are asked for under their requester ids, with what holds for the request as a whole', () => {
    const params = wireObject('RequestLevelParams', {
      root_required: ['A'],
      root_forbidden: ['B'],
      same_subtree: [['p-1', 'p-2']],
    });

    const request = resourceRequest(
      spec({}, { requested_resources: [port('p-1', ['T']), port('p-2')], request_level_params: params }),
    );

    expect([...request.groups.keys()]).toEqual(['', 'p-1', 'p-2']);
    expect(request.groups.get('p-1')).toEqual({ resources: { NET_BW: 1 }, requiredTraits: ['T'], forbiddenTraits: [] });
    expect(request).toMatchObject({ rootRequired: ['A'], rootForbidden: ['B'], sameSubtree: [['p-1', 'p-2']] });
  });

  it('of one suffix are refused by its name', () => {
    expect(() => resourceRequest(spec({}, { requested_resources: [port('p-1'), port('p-1')] }))).toThrow('p-1');
  });

  it.each([
    ['of ports have the policy none', {}, 'none'],
    [
      'of a flavor have the policy of the flavor',
      { 'resources1:VGPU': '1', 'resources2:VGPU': '1', group_policy: 'isolate' },
      'isolate',
    ],
    [
      'of a flavor that says nothing have none [ASKED-07]',
      { 'resources1:VGPU': '1', 'resources2:VGPU': '1' },
      undefined,
    ],
  ])('%s', (_, extraSpecs, policy) => {
    const asked = spec({ extra_specs: extraSpecs }, { requested_resources: [port('p-1'), port('p-2')] });

    expect(resourceRequest(asked).groupPolicy).toBe(policy);
  });
});

describe('parseExtraSpecs', () => {
  it('RES-07 bad entries are skipped, those that were meant as a request with a warning', () => {
    const { groups, warnings } = parseExtraSpecs({
      'resources86:CUTSOM_X': '1',
      'resources:VCPU': 'seven',
      'resources1:CUSTOM_N': '-7',
      'trait1:GOLD': 'preferred',
      group_policy: 'together',
      nocolons: '1',
    });

    expect(groups.size).toBe(0);
    expect(warnings).toHaveLength(5);
  });

  it.each(['Resources:VCPU', 'resources:', 'hw:cpu_policy', 'resources 1:VCPU', `resources${'x'.repeat(65)}:VCPU`])(
    'the key %s asks for nothing',
    (key) => {
      expect(parseExtraSpecs({ [key]: '1' }).groups.size).toBe(0);
    },
  );
});
