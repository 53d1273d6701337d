import { nullable } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { timestamps } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** The token that opens a server's console. */
export const ConsoleAuthToken = defineObject({
  name: 'ConsoleAuthToken',
  version: '1.1',
  // 1.0 first
  // 1.1 adds clean_expired_console_auths
  fields: {
    id: integer(),
    console_type: string(),
    host: string(),
    port: integer(),
    internal_access_path: nullable(string()),
    instance_uuid: uuid(),
    access_url_base: nullable(string()),
    token: string(),
    ...timestamps,
  },
  remotable: {
    authorize: instanceMethod(['ttl']),
    clean_console_auths_for_instance: classMethod(['instance_uuid']),
    clean_expired_console_auths: classMethod(),
    clean_expired_console_auths_for_host: classMethod(['host']),
    validate: classMethod(['token']),
  },
});
