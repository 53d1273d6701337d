import { InvalidArguments } from '#errors';
import type { RequestContext } from '#ports/context';
import type { JsonMap, WireObject } from '#ports/json';
import { maskedText } from '#wire/masked-text';
import { isWireObject, listOf, mapOf } from '#wire/reading';
import type { CommonDocument } from '#operations/request-document';
import type { RescheduleRoute, TaskMethod } from './route.ts';
import { parseArguments, uuidOf } from './arguments.ts';
import { buildInstancesSchema, type BuildInstances } from './build-instances-arguments.ts';
import { firstAttempt } from './first-attempt.ts';

/**
 * Builds servers whose instances an API has made itself, or finds another host for the one that a compute could not
 * build (nova.conductor.manager `build_instances`).
 */
export const buildInstances: TaskMethod = {
  schema: buildInstancesSchema,
  route(args, context) {
    const call = parseArguments('build_instances', buildInstancesSchema, args);
    const { instance_type } = call.filter_properties;
    if (instance_type !== undefined && !isWireObject(instance_type))
      throw new InvalidArguments('build_instances', 'filter_properties.instance_type', 'a Flavor object is expected');
    checkTries(call);
    const [instance, ...others] = call.instances;
    if (instance === undefined) throw new InvalidArguments('build_instances', 'instances', 'an Instance is expected');
    if (call.host_lists === null && triesOf(call) === 0)
      return firstAttempt(call, commonOf(call, context), messageOnly(call));
    if (others.length > 0)
      throw new InvalidArguments('build_instances', 'instances', 'a reschedule has exactly one Instance');
    return reschedule(call, instance, context);
  },
};

/** Nova adds one to the tries that it finds, and fails where there is a retry without a number (`populate_retry`). */
function checkTries({ filter_properties: { retry } }: BuildInstances): void {
  if (retry === undefined || retry === null || typeof mapOf(retry)['num_attempts'] === 'number') return;
  throw new InvalidArguments('build_instances', 'filter_properties.retry.num_attempts', 'a number is expected');
}

/** Tries that the servers have behind them. */
function triesOf({ filter_properties }: BuildInstances): number {
  const { num_attempts } = mapOf(filter_properties['retry']);
  return typeof num_attempts === 'number' ? num_attempts : 0;
}

function reschedule(call: BuildInstances, instance: WireObject, context: RequestContext): RescheduleRoute {
  const { filter_properties, request_spec } = call;
  const uuid = uuidOf('build_instances', instance);
  if (request_spec === null)
    throw new InvalidArguments('build_instances', 'request_spec', 'a RequestSpec object is expected');
  const { exc_reason, hosts } = mapOf(filter_properties['retry']);
  const attempt = triesOf(call);
  return {
    kind: 'reschedule',
    operation: 'launch',
    uuid,
    attempt,
    reason: typeof exc_reason === 'string' ? exc_reason.slice(0, 1000) : 'no reason given',
    otherwise: {
      kind: 'workflow',
      workflow: 'launch',
      attempt,
      common: commonOf(call, context),
      instances: [{ uuid, document: { build_request: null, request_spec, reschedule: messageOnly(call) } }],
      state: { server: uuid, attempt, entry: 'reschedule', tried: [...listOf(hosts)] },
    },
  };
}

const commonOf = (call: BuildInstances, context: RequestContext): CommonDocument => ({
  context,
  image: call.image,
  admin_password: call.admin_password,
  injected_files: call.injected_files,
  requested_networks: call.requested_networks,
  block_device_mapping: null,
  tags: null,
});

/** What the message alone says about a server; the traceback in `retry` may quote anything, and is left out. */
function messageOnly({ filter_properties: given, security_groups, host_lists }: BuildInstances): JsonMap {
  const { retry, ...filter_properties } = given;
  const { num_attempts = 0, hosts = [], exc_reason = null } = mapOf(retry);
  return {
    filter_properties: { ...filter_properties, retry: { num_attempts, hosts } },
    security_groups,
    host_list: host_lists?.[0] ?? null,
    reason: typeof exc_reason === 'string' ? maskedText(exc_reason) : null,
  };
}
