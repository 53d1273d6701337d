/** What a compute says of a node's resources: VCPUs, MB and GB. */
export const NODE_FIELDS = {
  hypervisor_type: 'fake',
  hypervisor_version: 1,
  vcpus: 2,
  vcpus_used: 0,
  memory_mb: 512,
  memory_mb_used: 0,
  local_gb: 10,
  local_gb_used: 0,
};
