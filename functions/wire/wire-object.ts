import type { Json, WireObject } from '#ports/json';
import { isWireObject } from './reading.ts';

/** An object on the wire. @throws TypeError when the value is none */
export function mustBeWire(value: Json | undefined, what: string): WireObject {
  if (isWireObject(value)) return value;
  throw new TypeError(`${what} is no object on the wire`);
}
