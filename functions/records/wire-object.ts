import type { Json, WireObject } from '#ports/json';

/** Whether a value is a versioned object on the wire. */
export const isWireObject = (value: Json | undefined): value is WireObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  typeof value['nova_object.name'] === 'string' &&
  typeof value['nova_object.data'] === 'object';

/** An object on the wire. @throws TypeError when the value is none */
export function wireOf(value: Json | undefined, what: string): WireObject {
  if (isWireObject(value)) return value;
  throw new TypeError(`${what} is no object on the wire`);
}
