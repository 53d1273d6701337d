import { randomUUID } from 'node:crypto';
import { textOf } from '#wire/reading';
import { ask } from './api.ts';
import { cloudToken, cloudUrl, type FilledCloud } from './filled-cloud.ts';

/** Makes a provider with so many VCPUs, as a compute does. */
export async function newProvider(cloud: FilledCloud, vcpus: number): Promise<string> {
  const token = await cloudToken(cloud, 'nova', 'service');
  const headers = { 'openstack-api-version': 'placement 1.36' };
  const url = `${cloudUrl(cloud, 'placement')}/resource_providers`;
  const made = await ask({ url, method: 'POST', token, headers, body: { name: `node-${randomUUID()}` } });
  const uuid = textOf(made['uuid']) ?? '';
  const inventory = { total: vcpus, reserved: 0, min_unit: 1, max_unit: vcpus, step_size: 1, allocation_ratio: 1 };
  const body = { resource_provider_generation: 0, inventories: { VCPU: inventory } };
  await ask({ url: `${url}/${uuid}/inventories`, method: 'PUT', token, headers, body });
  return uuid;
}
