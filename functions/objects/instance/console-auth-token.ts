import { nullable } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { timestamps } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** The token that opens a server's console. */
export const ConsoleAuthToken = defineObject({
  name: 'ConsoleAuthToken',
  version: '1.3',
  // 1.0 first
  // 1.1 adds clean_expired_console_auths
  // 1.2 adds expires
  // 1.3 adds tls_port
  fields: {
    id: integer(),
    console_type: string(),
    host: string(),
    port: integer(),
    tls_port: nullable(integer()),
    internal_access_path: nullable(string()),
    instance_uuid: uuid(),
    access_url_base: nullable(string()),
    token: string(),
    expires: integer(),
    ...timestamps,
  },
  drops: {
    '1.2': ['expires'],
    '1.3': ['tls_port'],
  },
  remotable: {
    authorize: instanceMethod(['ttl']),
    clean_console_auths_for_instance: classMethod(['instance_uuid']),
    clean_expired_console_auths: classMethod(),
    clean_expired_console_auths_for_host: classMethod(['host']),
    validate: classMethod(['token']),
  },
});
