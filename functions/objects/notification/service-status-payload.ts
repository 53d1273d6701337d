import type { AnyObject } from '#objects/versioned/any-object';
import { nullable } from '#objects/versioned/field';
import { boolean, dateTime, integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import type { Primitive } from '#objects/versioned/primitive';
import { fieldsOf, fill, sent } from './payload.ts';

/** What notifications say about a service, under the service's own names. */
export const ServiceStatusPayload = defineObject({
  name: 'ServiceStatusPayload',
  version: '1.1',
  fields: {
    host: nullable(string()),
    binary: nullable(string()),
    topic: nullable(string()),
    report_count: integer(),
    disabled: boolean(),
    disabled_reason: nullable(string()),
    availability_zone: nullable(string()),
    last_seen_up: nullable(dateTime()),
    forced_down: boolean(),
    version: integer(),
    uuid: uuid(),
  },
});

/** The payload of a service. */
export const serviceStatusPayload = (service: AnyObject): Primitive =>
  sent(fill(ServiceStatusPayload, fieldsOf(service)));
