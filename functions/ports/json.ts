/** What travels in messages, states and tables. */
export type Json = null | boolean | number | string | Json[] | JsonMap;

/** A JSON object. */
export interface JsonMap {
  [name: string]: Json;
}

/** A versioned object as it lies on the wire. */
export interface WireObject extends JsonMap {
  'nova_object.name': string;
  'nova_object.namespace': string;
  'nova_object.version': string;
  'nova_object.data': JsonMap;
}
