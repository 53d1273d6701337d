import { InvalidArguments } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { registry } from '#objects/registry';
import { flavorOf } from '#objects/request-spec/request-spec-facts';
import type { JsonMap } from '#ports/json';
import { fieldsOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import type { RequestedInstance } from '#operations/request-document';

/**
 * The instance of a server's build request.
 *
 * @throws NovaError of whatever keeps it from being read
 */
export function requestedInstance({ uuid, document }: RequestedInstance): AnyObject {
  const value = document.build_request?.['nova_object.data']['instance'];
  const instance = fromPrimitive(value, registry);
  if (instance.type.name !== 'Instance' || fieldsOf(value)['uuid'] !== uuid)
    throw new InvalidArguments('schedule_and_build_instances', 'build_requests', `instance ${uuid} is another object`);
  return instance;
}

/** The same, or where it cannot be read as much as is known of the server: it has to be in error somewhere. */
export function recordableInstance(instance: RequestedInstance): AnyObject {
  try {
    return requestedInstance(instance);
  } catch {
    const spec = instance.document.request_spec['nova_object.data'];
    const { vcpus, memory_mb } = flavorOf(spec);
    const { flavor = null, project_id = null, user_id = null } = spec;
    const data = { uuid: instance.uuid, project_id, user_id, vcpus, memory_mb };
    try {
      return instanceWith({ ...data, flavor });
    } catch {
      return instanceWith(data);
    }
  }
}

const instanceWith = (data: JsonMap): AnyObject => fromPrimitive(newObject('Instance', '2.7', data), registry);
